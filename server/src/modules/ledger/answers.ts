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
  /** Charges the set had to leave; the nth of them is the charge `nths[nth - 1]`. */
  readonly nths: readonly number[]
  readonly short: readonly (readonly [nth: number, answer: WireAnswer])[]
  readonly each: readonly (readonly [nth: number, answer: WireAnswer])[]
}

/** The answers in the places of their commands. */
export function readPost(
  post: WirePost,
  charges: readonly number[],
  others: readonly number[],
): Answer[] {
  const answers = new Array<Answer>(charges.length + others.length)
  const put = (place: number | undefined, answer: Answer): void => {
    invariant(place !== undefined && answers[place] === undefined, 'L10', 'an answer to nobody')
    answers[place] = answer
  }
  for (const charge of post.set) put(charges[charge[0] - 1], readCharge(charge))
  for (const [nth, answer] of post.short)
    put(charges[(post.nths[nth - 1] ?? 0) - 1], readAnswer(answer))
  for (const [nth, answer] of post.each) put(others[nth - 1], readAnswer(answer))
  invariant(
    post.set.length + post.short.length + post.each.length === answers.length,
    'L10',
    'a command without an answer',
  )
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
