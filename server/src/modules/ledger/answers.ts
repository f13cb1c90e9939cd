import { invariant } from '#kernel/invariant'
import type { Facts } from '#kernel/outcome'
import type { Answer, Draw, RefusalCode } from './commands.ts'

type WireDraw = readonly [lot: string, amount: number, source: string]
type WireBalance = readonly [available: number, held: number, debt: number]
/** A plain charge, in the short spelling. */
type WireCharge = readonly [
  nth: number,
  id: string,
  seq: number,
  amount: number,
  at: number,
  available: number,
  held: number,
  debt: number,
  lots: readonly string[],
  amounts: readonly number[],
  sources: readonly string[],
  priceVersion: number | null,
]
interface WirePosted {
  readonly ok: true
  readonly replayed: boolean
  readonly id: string
  readonly kind: string
  readonly seq: number
  readonly amount: number
  readonly at: number
  readonly balance: WireBalance
  readonly draws: readonly WireDraw[]
  readonly price_version: number | null
  readonly detail: Facts
}
interface WireSettled {
  readonly ok: true
  readonly settled: number
}
interface WireRefused {
  readonly ok: false
  readonly code: RefusalCode
  readonly facts: Facts
}
export type WireAnswer = WirePosted | WireSettled | WireRefused
export interface WirePost {
  readonly set: readonly WireCharge[]
  readonly each: readonly (readonly [nth: number, answer: WireAnswer])[]
}

/** The answers of one cell's commands, in their order. */
export function readPost(post: WirePost, count: number): Answer[] {
  const answers = new Array<Answer>(count)
  for (const charge of post.set) answers[charge[0] - 1] = readCharge(charge)
  for (const [nth, answer] of post.each) answers[nth - 1] = readAnswer(answer)
  for (let i = 0; i < count; i++)
    invariant(answers[i] !== undefined, 'L10', `command ${i} of ${count} got no answer`)
  return answers
}

function readCharge(wire: WireCharge): Answer {
  const [, id, seq, amount, at, available, held, debt, lots, amounts, sources, priceVersion] = wire
  return {
    ok: true,
    replayed: false,
    id,
    kind: 'charge',
    seq,
    amount: BigInt(amount),
    at,
    balance: balanceOf([available, held, debt]),
    draws: lots.map((lot, i) => drawOf([lot, amounts[i] ?? 0, sources[i] ?? ''])),
    priceVersion,
    detail: {},
  }
}

export function readAnswer(wire: WireAnswer): Answer {
  if (!wire.ok) return wire
  if ('settled' in wire) return { ...SETTLED, detail: { settled: wire.settled } }
  const { ok, replayed, id, kind, seq, at, detail } = wire
  return {
    ok,
    replayed,
    id,
    kind,
    seq,
    amount: BigInt(wire.amount),
    at,
    balance: balanceOf(wire.balance),
    draws: wire.draws.map(drawOf),
    priceVersion: wire.price_version,
    detail,
  }
}

// `expire` writes other entries or none; it has no line of its own.
const SETTLED = {
  ok: true,
  replayed: false,
  id: '',
  kind: 'expire',
  seq: 0,
  amount: 0n,
  at: 0,
  balance: { available: 0n, held: 0n, debt: 0n },
  draws: [],
  priceVersion: null,
} as const

const balanceOf = ([available, held, debt]: WireBalance) => ({
  available: BigInt(available),
  held: BigInt(held),
  debt: BigInt(debt),
})
const drawOf = ([lotId, amount, source]: WireDraw): Draw => ({
  lotId,
  amount: BigInt(amount),
  source,
})
