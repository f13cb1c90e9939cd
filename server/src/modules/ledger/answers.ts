import type { Instant } from '#kernel/clock'
import { invariant } from '#kernel/invariant'
import type { Facts } from '#kernel/outcome'
import { entryIdOf } from './cells.ts'
import type { Answer, Draw, RefusalCode } from './commands.ts'
import type { Sealed } from './wire.ts'

type WireDraw = readonly [lot: string, amount: number, source: string]
type WireBalance = readonly [available: number, held: number, debt: number]
/** By account: what plain charges took from it, and how it was before them. Nothing was taken where the total is nought. */
interface WireTaken {
  readonly totals: readonly number[]
  readonly seqs: readonly number[]
  readonly available: readonly number[]
  readonly held: readonly number[]
  readonly debts: readonly number[]
  /** The moment of its charges, or nought where that is the batch's own. */
  readonly late: readonly number[]
  /** The lot that gave everything; null where several had to share. */
  readonly lots: readonly (string | null)[]
  readonly sources: readonly (string | null)[]
}
/** What a charge drew from the lots that share. */
type WireDraws = readonly [id: string, lots: string[], amounts: number[], sources: string[]]
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
  readonly taken: WireTaken
  readonly draws: readonly WireDraws[]
  /** Charges the set had to leave; the nth of them is the charge `nths[nth - 1]`. */
  readonly nths: readonly number[]
  readonly short: readonly (readonly [nth: number, answer: WireAnswer])[]
  readonly each: readonly (readonly [nth: number, answer: WireAnswer])[]
}

/** A batch as it was sent. */
export interface Asked {
  readonly batch: readonly Sealed[]
  /** The places in the batch of the plain charges, account by account. */
  readonly accounts: readonly (readonly number[])[]
  /** The places of all other commands. */
  readonly others: readonly number[]
  readonly now: Instant
}

/** The answers in the places of their commands. */
export function readPost(post: WirePost, asked: Asked): Answer[] {
  const { batch, accounts, others } = asked
  const answers = new Array<Answer>(batch.length)
  let count = 0
  const put = (place: number | undefined, answer: Answer): void => {
    invariant(place !== undefined && answers[place] === undefined, 'L10', 'an answer to nobody')
    answers[place] = answer
    count++
  }
  readTaken(post, asked, put)
  const charges = post.short.length > 0 ? accounts.flat() : []
  for (const [nth, answer] of post.short)
    put(charges[(post.nths[nth - 1] ?? 0) - 1], readAnswer(answer))
  for (const [nth, answer] of post.each) put(others[nth - 1], readAnswer(answer))
  invariant(count === batch.length, 'L10', 'a command without an answer')
  return answers
}

/** The charges of an account went through one after another, so what each of them left follows from what was there. */
function readTaken(
  { taken, draws }: WirePost,
  { batch, accounts, now }: Asked,
  put: (place: number, answer: Answer) => void,
): void {
  const shared = new Map(draws.map((wire) => [wire[0], wire]))
  taken.totals.forEach((total, account) => {
    if (total === 0) return
    const [held, debt] = [BigInt(taken.held[account] ?? 0), BigInt(taken.debts[account] ?? 0)]
    const [lotId, source] = [taken.lots[account] ?? null, taken.sources[account] ?? '']
    const at = taken.late[account] || now
    let available = BigInt(taken.available[account] ?? 0)
    let seq = taken.seqs[account] ?? 0
    for (const place of accounts[account] ?? []) {
      const charge = batch[place]?.command
      invariant(charge?.kind === 'charge', 'L10', 'a set has only charges')
      const { owner, key, amount, priceVersion = null } = charge
      const id = entryIdOf(owner, key)
      available -= amount
      seq += 1
      put(place, {
        ...{ ok: true, replayed: false, id, kind: 'charge', seq, amount: -amount, at },
        balance: { available, held, debt },
        draws: lotId === null ? drawsOf(shared.get(id)) : [{ lotId, amount, source }],
        priceVersion,
        detail: {},
      })
    }
  })
}

function drawsOf(wire: WireDraws | undefined): Draw[] {
  invariant(wire !== undefined, 'L9', 'a charge drew from nowhere')
  const [, lots, amounts, sources] = wire
  return lots.map((lot, i) => drawOf([lot, amounts[i] ?? 0, sources[i] ?? '']))
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
