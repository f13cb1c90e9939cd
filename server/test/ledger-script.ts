import type { Answer, Command } from '#ledger'
import { Oracle } from './ledger-oracle.ts'

const HOUR_MS = 3_600_000

export interface Step {
  readonly kind: (typeof STEP_KINDS)[number]
  readonly who: number
  readonly amount: number
  readonly pick: number
  readonly dice: number
  readonly more: number
}
export const STEP_KINDS = [
  'charge',
  'charge',
  'charges',
  'charges',
  'grant',
  'grant',
  'grant',
  'hold',
  'hold',
  'hold',
  'capture',
  'capture',
  'capture',
  'release',
  'extend',
  'refund',
  'refund',
  'clawback',
  'freeze',
  'unclaw',
  'adjust',
  'transfer',
  'expire',
  'repeat',
  'reuse',
] as const
/**
 * Turns steps drawn at random into commands that make sense after what was said before, and remembers what
 * came of them beside the oracle.
 */
export class Script {
  readonly run: number
  readonly owners: number
  constructor(run: number, owners = 3) {
    this.run = run
    this.owners = owners
  }
  oracle = new Oracle()
  said: Command[] = []
  lots: string[] = []
  holds: { id: string; owner: string }[] = []
  charges: { id: string; owner: string }[] = []
  n = 0
  owner = (who: number) => `usr_r${this.run}_${who}`
  id = (prefix: string) =>
    `${prefix}_${(this.run * 1_000_000 + this.n++).toString().padStart(26, '0')}`
  pick = <T>(from: T[], n: number): T | undefined => from[n % from.length]

  commands(s: Step, now: number): Command[] {
    const one = (owner = this.owner(s.who)) => {
      const key = `run-${this.run}-key-${this.n++}`
      return { owner, asset: 'credit', key, request: key }
    }
    const amount = BigInt(s.amount)
    const until = (h: number) => new Date(now + h * HOUR_MS).toISOString()
    switch (s.kind) {
      case 'charge':
        return [{ kind: 'charge', ...one(), amount, ...(s.dice === 0 && { firstFree: 'video' }) }]
      case 'charges':
        return Array.from({ length: s.more + 1 }, (_, i) => ({
          kind: 'charge',
          ...one(),
          amount: BigInt(1 + ((s.amount + i * 3) % 20)),
        }))
      case 'grant': {
        const lotId = this.id('lot')
        this.lots.push(lotId)
        return [
          {
            kind: 'grant',
            ...one(),
            lotId,
            amount: 20n + amount * 2n,
            source: s.dice % 2 ? 'promo' : 'purchase',
            priority: [10, 10, 30, 50][s.dice % 4]!,
            ...(s.dice < 5 && { expiresAt: until([1, 20, 30, 90, 200][s.dice]!) }),
            ...(s.more === 5 && { effectiveAt: until(s.pick % 40) }),
            ...(s.more < 3 && { orderId: `ord_${s.who}_${s.more}` }),
          },
        ]
      }
      case 'adjust':
        return [
          {
            kind: 'adjust',
            ...one(),
            amount: s.dice < 4 ? -(amount + 1n) : amount + 1n,
            lotId: this.id('lot'),
          },
        ]
      case 'hold': {
        const c = one()
        const holdId = this.id('hld')
        return [
          {
            kind: 'hold',
            ...c,
            holdId,
            amount: amount + 1n,
            expiresAt: until([1, 10, 25, 50][s.dice % 4]!),
          },
        ]
      }
      case 'capture':
      case 'release':
      case 'extend': {
        const hold = this.pick(this.holds.slice(-3), s.pick)
        if (!hold) return []
        const c = { ...one(hold.owner), holdId: hold.id }
        if (s.kind === 'capture')
          return [{ kind: 'capture', ...c, amount: BigInt(s.amount % 60), final: s.dice > 2 }]
        return [
          s.kind === 'release'
            ? { kind: 'release', ...c, ...(s.dice === 0 && { thaw: true }) }
            : { kind: 'extend', ...c, expiresAt: until(s.pick % 60) },
        ]
      }
      case 'refund': {
        const charge = this.pick(this.charges.slice(-8), s.pick)
        return charge
          ? [
              {
                kind: 'refund',
                ...one(charge.owner),
                chargeId: charge.id,
                ...(s.dice > 1 && { amount: BigInt(1 + (s.amount % 12)) }),
              },
            ]
          : []
      }
      case 'clawback':
        return [
          {
            kind: 'clawback',
            ...one(),
            ...(s.dice < 5
              ? { orderId: `ord_${s.who}_${s.more % 3}` }
              : { lotId: this.pick(this.lots, s.pick) ?? 'lot_none' }),
            refunded: BigInt(1 + (s.amount % 10)),
            paid: 10n,
            policy: s.dice % 3 ? 'debt' : 'refuse',
          },
        ]
      case 'freeze':
        return [
          {
            kind: 'freeze',
            ...one(),
            holdId: this.id('frz'),
            orderId: `ord_${s.who}_${s.more % 3}`,
            refunded: BigInt(1 + (s.amount % 10)),
            paid: 10n,
            policy: s.dice % 3 ? 'debt' : 'refuse',
            expiresAt: until([1, 10, 25, 50][s.dice % 4]!),
          },
        ]
      case 'unclaw':
        return [
          {
            kind: 'unclaw',
            ...one(),
            orderId: `ord_${s.who}_${s.more % 3}`,
            refunded: BigInt(s.amount % 10),
            paid: 10n,
          },
        ]
      case 'transfer':
        return [
          {
            kind: 'transfer',
            ...one(),
            toOwner: this.owner((s.who + s.dice) % this.owners),
            amount: amount + 1n,
            lotId: this.id('lot'),
          },
        ]
      case 'expire':
        return [{ kind: 'expire', owner: this.owner(s.who), asset: 'credit' }]
      case 'repeat':
      case 'reuse': {
        const old = this.pick(this.said, s.pick)
        if (!old || old.kind === 'expire') return []
        return [s.kind === 'repeat' ? old : { ...old, request: 'something else' }]
      }
    }
  }

  heard(c: Command, a: Answer): void {
    if (!a.ok) return
    this.said.push(c)
    if (c.kind === 'hold' || c.kind === 'freeze') this.holds.push({ id: c.holdId, owner: c.owner })
    if (c.kind === 'charge' || c.kind === 'capture') this.charges.push({ id: a.id, owner: c.owner })
  }
}

/** What the database's answer and the oracle's have in common. */
export const shape = (a: Answer) =>
  a.ok
    ? {
        ok: true,
        amount: Number(a.amount),
        draws: a.draws.map((d) => [d.lotId, Number(d.amount)]),
        balance: Object.values(a.balance).join(','),
        replayed: a.replayed,
      }
    : { ok: false, code: a.code }
