import { createHash } from 'node:crypto'
import type { Command } from '#ledger'

// What the oracle is made of, and what it does with the lots of an order.

export interface Lot {
  id: string
  source: string
  granted: number
  remaining: number
  held: number
  expired: number
  clawed: number
  taken: number
  owed: number
  priority: number
  from: number
  until: number
  order: string | undefined
  grace: string | undefined
  waiting: boolean
}
export interface Hold {
  id: string
  parts: [Lot, number][]
  until: number
  state: string
  captured: number
}
export interface Account {
  lots: Lot[]
  holds: Hold[]
  debt: number
  history: [number, string][]
  last: number
}
export type Part = [Lot, number]
export type Told =
  | { ok: true; amount: number; draws: [string, number][] }
  | { ok: false; code: string }

export const sum = (parts: readonly Part[]): number => parts.reduce((total, [, n]) => total + n, 0)
export const free = (lot: Lot): number => (lot.waiting ? 0 : lot.remaining - lot.held)
export const no = (code: string): Told => ({ ok: false, code })
export const yes = (amount: number, parts: readonly Part[] = []): Told => ({
  ok: true,
  amount: amount + 0,
  draws: parts.map(([lot, n]) => [lot.id, n]),
})

export function newLot(l: Partial<Lot> & { id: string; granted: number; from: number }): Lot {
  return {
    source: 'admin',
    remaining: l.granted,
    held: 0,
    expired: 0,
    clawed: 0,
    taken: 0,
    owed: 0,
    priority: 50,
    until: Infinity,
    order: undefined,
    grace: undefined,
    waiting: false,
    ...l,
  }
}

export function clawPlans(
  a: Account,
  c: { lotId?: string; orderId?: string; refunded?: bigint; paid?: bigint },
  now: number,
) {
  const lots = a.lots
    .filter(
      (l) =>
        !l.grace && (c.lotId ? l.id === c.lotId : l.order !== undefined && l.order === c.orderId),
    )
    .sort((x, y) => (x.id < y.id ? -1 : 1))
  return lots.map((l) => {
    const kin = a.lots
      .filter((g) => g === l || g.grace === l.id)
      .sort((x, y) => (x === l ? -1 : y === l ? 1 : x.id < y.id ? -1 : 1))
    const due = Math.ceil((l.granted * Number(c.refunded ?? 1n)) / Number(c.paid ?? 1n))
    const share = Math.max(due - l.clawed, 0)
    const cancel = l.waiting ? Math.min(share, l.remaining) : 0
    const take = Math.min(
      share - cancel,
      kin.reduce((n, g) => n + (g.until > now ? free(g) : 0), 0),
    )
    const used = kin.reduce(
      (n, g) => n - (g.remaining - g.held) - g.expired - g.taken - g.owed,
      l.granted,
    )
    const owed = Math.max(Math.min(share - cancel - take, used), 0)
    const parts: Part[] = []
    for (const g of kin) {
      const n = Math.min(g.until > now ? free(g) : 0, take - sum(parts))
      if (n > 0) parts.push([g, n])
    }
    return { l, kin, due, share, cancel, take, owed, parts }
  })
}

/** What comes free repays debt, as it comes. */
export function repay(a: Account, freed: readonly Part[]): void {
  for (const [lot, n] of freed) {
    const paid = Math.min(n, a.debt)
    lot.remaining -= paid
    a.debt -= paid
  }
}

export function unclaw(a: Account, c: Extract<Command, { kind: 'unclaw' }>, now: number): Told {
  const plans = clawPlans(a, c, now)
  if (plans.length === 0) return no('lot_unknown')
  let last: Told = no('lot_unknown')
  const { last: before } = a
  const back: Part[] = []
  for (const { l, kin, due } of plans) {
    const share = Math.max(l.clawed - due, 0)
    const owed = Math.min(l.owed, share)
    const forgiven = Math.min(a.debt, owed)
    const parts: Part[] = []
    let beside = owed - forgiven
    let left = share - owed
    for (const g of kin) {
      const n = Math.min(left, g.taken)
      if (n === 0) continue
      left -= n
      g.taken -= n
      if (g !== l) g.clawed -= n
      if (g === l && l.from > Math.max(now, before)) {
        l.remaining += n
        l.waiting = true
      } else if (g.until <= now) {
        beside += n
      } else {
        g.remaining += n
        parts.push([g, n])
      }
    }
    l.clawed -= share
    l.owed -= owed
    a.debt -= forgiven
    if (beside > 0) parts.push([grace(a, l, c, beside, now), beside])
    last = yes(sum(parts) + forgiven, parts)
    back.push(...parts)
  }
  repay(a, back)
  return last
}

/** Where what comes back lives on when its lot has ended, or has no room for it. */
export function grace(
  a: Account,
  l: Lot,
  c: { owner: string; key: string; graceDays?: number },
  n: number,
  now: number,
): Lot {
  const tail = createHash('sha256')
    .update(`${l.id}\n${c.owner}\n${c.key}`)
    .digest('hex')
    .slice(0, 14)
  const known = a.lots.find((one) => one.id === l.id.slice(0, 16) + tail)
  if (known) {
    known.granted += n
    known.remaining += n
    return known
  }
  const made = newLot({
    id: l.id.slice(0, 16) + tail,
    granted: n,
    from: now,
    until: Math.max(l.until, now + (c.graceDays ?? 7) * 864e5),
    priority: l.priority,
    order: l.order,
    grace: l.grace ?? l.id,
  })
  a.lots.push(made)
  return made
}
