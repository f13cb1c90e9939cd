import type { Command } from '#ledger'
import {
  type Account,
  clawPlans,
  free,
  grace,
  type Hold,
  type Lot,
  newLot,
  no,
  type Part,
  repay,
  sum,
  type Told,
  unclaw,
  yes,
} from './ledger-oracle-lots.ts'

// The ledger once more, in memory and in the plainest words: what the database is compared with. It shares no
// code with it. Amounts are numbers here on purpose: another arithmetic, other mistakes.

export class Oracle {
  accounts = new Map<string, Account>()
  answered = new Map<string, { asked: string; told: Told; balance: string }>()
  charges = new Map<string, { parts: Part[]; refunded: number; owner: string }>()
  firsts = new Set<string>()

  account(owner: string): Account {
    const known = this.accounts.get(owner)
    if (known) return known
    const a: Account = {
      lots: [],
      holds: [],
      debt: 0,
      history: [[-Infinity, '0,0,0']],
      last: -Infinity,
    }
    this.accounts.set(owner, a)
    return a
  }
  balance(owner: string): string {
    const a = this.account(owner)
    const held = a.lots.reduce((n, l) => n + l.held, 0)
    return `${a.lots.reduce((n, l) => n + free(l), 0)},${held},${a.debt}`
  }
  stamp(owner: string, at: number): void {
    const a = this.account(owner)
    a.last = Math.max(a.last, at)
    a.history.push([a.last, this.balance(owner)])
  }
  balanceAt(owner: string, at: number): string {
    const a = this.account(owner)
    if (a.last > at) return a.history.findLast(([t]) => t <= at)![1]
    const copy = new Oracle()
    copy.accounts.set(owner, structuredClone(a))
    copy.settle(owner, at)
    return copy.balance(owner)
  }
  settle(owner: string, now: number): number {
    const a = this.account(owner)
    for (let count = 0; ; count++) {
      const due: [number, number, string, () => void][] = []
      for (const l of a.lots) {
        if (l.waiting && l.from <= now) due.push([l.from, 1, l.id, () => this.arrive(a, l)])
        if (free(l) > 0 && l.until <= now)
          due.push([
            l.until,
            2,
            l.id,
            () => {
              l.expired += free(l)
              l.remaining = l.held
            },
          ])
      }
      for (const h of a.holds)
        if (h.state === 'open' && h.until <= now)
          due.push([
            h.until,
            3,
            h.id,
            () => {
              repay(a, this.giveBack(h, h.until))
              h.state = 'expired'
            },
          ])
      due.sort((x, y) => x[0] - y[0] || x[1] - y[1] || (x[2] < y[2] ? -1 : 1))
      if (!due[0]) return count
      due[0][3]()
      this.stamp(owner, due[0][0])
    }
  }
  arrive(a: Account, l: Lot): void {
    const paid = Math.min(a.debt, l.remaining)
    l.waiting = false
    l.remaining -= paid
    a.debt -= paid
  }
  giveBack(h: Hold, now: number): Part[] {
    const back: Part[] = []
    for (const [l, n] of h.parts.toReversed()) {
      l.held -= n
      if (l.until <= now) {
        l.remaining -= n
        l.expired += n
      } else if (n > 0) back.push([l, n])
    }
    h.parts = []
    return back
  }
  plan(a: Account, amount: number, now: number): Part[] {
    const parts: Part[] = []
    const order = a.lots
      .filter((l) => free(l) > 0 && l.until > now)
      .sort(
        (x, y) =>
          x.priority - y.priority ||
          (x.until === y.until ? 0 : x.until - y.until) ||
          x.from - y.from ||
          (x.id < y.id ? -1 : 1),
      )
    for (const l of order) {
      const n = Math.min(free(l), amount - sum(parts))
      if (n > 0) parts.push([l, n])
    }
    return parts
  }
  do(c: Command, id: string, now: number): { told: Told; balance: string; replayed: boolean } {
    if (c.kind === 'expire') {
      this.settle(c.owner, now)
      return { told: yes(0), balance: '0,0,0', replayed: false }
    }
    const known = this.answered.get(`${c.owner} ${c.key}`)
    const asked = c.request ?? ''
    if (known)
      return known.asked === asked
        ? { ...known, replayed: true }
        : { told: no('idempotency_key_reused'), balance: '', replayed: false }
    if (c.kind === 'transfer' && c.owner === c.toOwner)
      return { told: no('transfer_to_self'), balance: '', replayed: false }
    // Whoever is sent to is settled first, and stays so if nothing comes; a clock that goes back does not undo it.
    if (c.kind === 'transfer') this.settle(c.toOwner, now)
    this.settle(c.owner, now)
    const told = this.act(c, id, now)
    if (told.ok) this.stamp(c.owner, now)
    const balance = this.balance(c.owner)
    if (told.ok) this.answered.set(`${c.owner} ${c.key}`, { asked, told, balance })
    return { told, balance, replayed: false }
  }
  act(c: Exclude<Command, { kind: 'expire' }>, id: string, now: number): Told {
    const a = this.account(c.owner)
    if (c.kind === 'grant' || (c.kind === 'adjust' && c.amount > 0n)) return this.grant(a, c, now)
    if (c.kind === 'charge' || c.kind === 'transfer' || c.kind === 'adjust')
      return this.spend(a, c, id, now)
    if (c.kind === 'hold') {
      const parts = this.plan(a, Number(c.amount), now)
      if (sum(parts) < c.amount) return no('insufficient_credits')
      for (const [l, n] of parts) l.held += n
      a.holds.push({
        id: c.holdId,
        parts: parts.map(([l, n]) => [l, n]),
        until: Date.parse(c.expiresAt),
        state: 'open',
        captured: 0,
      })
      return yes(0, parts)
    }
    if (c.kind === 'refund') return this.refund(a, c, now)
    if (c.kind === 'clawback') return this.clawback(a, c, now)
    if (c.kind === 'freeze') return this.freeze(a, c, now)
    if (c.kind === 'unclaw') return unclaw(a, c, now)
    const h = a.holds.find((one) => one.id === c.holdId)
    if (!h) return no('hold_unknown')
    if (h.state !== 'open') return no(h.state === 'expired' ? 'hold_expired' : 'hold_closed')
    if (c.kind === 'capture') return this.capture(a, h, c, id, now)
    if (c.kind === 'extend') {
      if (Date.parse(c.expiresAt) <= h.until) return no('expiry_invalid')
      h.until = Date.parse(c.expiresAt)
      return yes(0)
    }
    const back = this.giveBack(h, now)
    if (!c.thaw) repay(a, back)
    h.state = 'released'
    return yes(0, back)
  }
  grant(a: Account, c: Extract<Command, { kind: 'grant' | 'adjust' }>, now: number): Told {
    const from =
      'effectiveAt' in c && c.effectiveAt ? Math.max(Date.parse(c.effectiveAt), now) : now
    const until = c.expiresAt ? Date.parse(c.expiresAt) : Infinity
    if (until <= from) return no('expiry_invalid')
    const l = newLot({
      id: c.lotId,
      granted: Number(c.amount),
      from,
      until,
      priority: c.priority ?? 50,
      order: 'orderId' in c ? c.orderId : undefined,
      waiting: from > now,
    })
    a.lots.push(l)
    if (l.waiting) return yes(0)
    this.arrive(a, l)
    return yes(l.granted, [[l, l.remaining]])
  }
  spend(
    a: Account,
    c: Extract<Command, { kind: 'charge' | 'adjust' | 'transfer' }>,
    id: string,
    now: number,
  ): Told {
    let amount = Math.abs(Number(c.amount))
    if (c.kind === 'charge' && c.firstFree && !this.firsts.has(`${c.owner} ${c.firstFree}`)) {
      this.firsts.add(`${c.owner} ${c.firstFree}`)
      amount = 0
    }
    const parts = this.plan(a, amount, now)
    if (sum(parts) < amount) return no('insufficient_credits')
    for (const [l, n] of parts) l.remaining -= n
    if (c.kind === 'charge') this.charges.set(id, { parts, refunded: 0, owner: c.owner })
    if (c.kind === 'transfer') {
      const l = newLot({ id: c.lotId, granted: amount, from: now })
      this.account(c.toOwner).lots.push(l)
      this.arrive(this.account(c.toOwner), l)
      this.stamp(c.toOwner, now)
    }
    return yes(-amount, parts)
  }
  capture(
    a: Account,
    h: Hold,
    c: Extract<Command, { kind: 'capture' }>,
    id: string,
    now: number,
  ): Told {
    if (c.amount === 0n && c.final === false) return no('amount_invalid')
    const taken: Part[] = []
    for (const [l, n] of h.parts) taken.push([l, Math.min(n, Number(c.amount) - sum(taken))])
    const extra = this.plan(a, Number(c.amount) - sum(taken), now)
    if (sum(taken) + sum(extra) < c.amount) return no('insufficient_credits')
    h.parts = h.parts.map(([l, n], i) => [l, n - taken[i]![1]])
    for (const [l, n] of taken) {
      l.held -= n
      l.remaining -= n
    }
    for (const [l, n] of extra) l.remaining -= n
    if (c.final !== false) {
      repay(a, this.giveBack(h, now))
      h.state = 'captured'
    }
    const parts = [...taken, ...extra].filter(([, n]) => n > 0)
    this.charges.set(id, { parts, refunded: 0, owner: c.owner })
    return yes(-Number(c.amount), parts)
  }
  refund(a: Account, c: Extract<Command, { kind: 'refund' }>, now: number): Told {
    const charge = this.charges.get(c.chargeId)
    if (!charge || charge.owner !== c.owner) return no('charge_unknown')
    const amount = c.amount === undefined ? sum(charge.parts) - charge.refunded : Number(c.amount)
    if (amount === 0 || charge.refunded + amount > sum(charge.parts))
      return no('refund_exceeds_charge')
    // Unit by unit, from the last one drawn: slow and hard to get wrong.
    const units = charge.parts.flatMap((part) => Array<Part>(part[1]).fill(part)).reverse()
    const paid = Math.min(a.debt, amount)
    a.debt -= paid
    const back = new Map<Part, number>()
    for (const part of units.slice(charge.refunded + paid, charge.refunded + amount))
      back.set(part, (back.get(part) ?? 0) + 1)
    charge.refunded += amount
    return yes(
      amount,
      [...back].map(([[l], n]) => {
        if (l.until > now) {
          l.remaining += n
          return [l, n]
        }
        return [grace(a, l, c, n, now), n]
      }),
    )
  }
  clawback(a: Account, c: Extract<Command, { kind: 'clawback' }>, now: number): Told {
    const plans = clawPlans(a, c, now)
    if (plans.length === 0) return no('lot_unknown')
    if (c.policy === 'refuse' && plans.some((p) => p.owed > 0)) return no('clawback_spent')
    let last: Told = no('lot_unknown')
    for (const { l, share, cancel, take, owed, parts } of plans) {
      for (const [g, n] of parts) {
        g.remaining -= n
        g.taken += n
        if (g !== l) g.clawed += n
      }
      l.clawed += share
      l.owed += owed
      l.remaining -= cancel
      l.taken += cancel
      if (l.remaining === 0) l.waiting = false
      a.debt += owed
      last = yes(-(take + owed), parts)
    }
    return last
  }
  freeze(a: Account, c: Extract<Command, { kind: 'freeze' }>, now: number): Told {
    const plans = clawPlans(a, c, now)
    if (plans.length === 0) return no('lot_unknown')
    if (c.policy === 'refuse' && plans.some((p) => p.owed > 0)) return no('clawback_spent')
    const parts = plans.flatMap((p) => p.parts)
    if (parts.length === 0) return no('insufficient_credits')
    for (const [l, n] of parts) l.held += n
    a.holds.push({
      id: c.holdId,
      parts: parts.map(([l, n]) => [l, n]),
      until: Date.parse(c.expiresAt),
      state: 'open',
      captured: 0,
    })
    return yes(0, parts)
  }
}
