import type { Act, Actor } from '#audit'
import type { Instant } from '#kernel/clock'
import { crashPoint } from '#kernel/crash-points'
import type { Facts, Outcome } from '#kernel/outcome'
import { type AccountName, findHold, type HoldRow, idInCell, type Posted } from '#ledger'
import type { Spender, Spending } from './charge.ts'
import type { Desk } from './deps.ts'
import type { SpendCap } from './guard.ts'
import { countAnyway, type GuardNo, guarded, uncount } from './guarded.ts'
import type { Intent } from './intent.ts'
import { HOLD_LIFE_S_USUAL } from './limits.ts'
import { postAs } from './post-as.ts'
import { type PostNo, replayOf } from './post-command.ts'
import { type CostNo, costOf } from './quote.ts'
import { credits } from './refusals.ts'
import { timeOf } from './shapes.ts'

export type HoldNo = PostNo<'insufficient_credits' | 'expiry_invalid'> | CostNo | GuardNo

/** Sets credits aside at today's price; whatever happens to the caller, they come back by themselves. */
export async function placeHold(
  desk: Desk,
  account: AccountName,
  want: Spending & { readonly expiresInS?: number | undefined },
  intent: Intent,
  { actor, cap }: Spender,
): Promise<Outcome<Posted, HoldNo>> {
  const costing = await costOf(desk.quote, account, want)
  if (!costing.ok) return (await replayOf(desk.teller, account, intent)) ?? costing
  // An action may cost nothing, but there is no setting aside of nothing.
  const { cost } = costing.value
  const { amount } = cost
  if (amount < 1n) return credits.no('amount_invalid')
  const holdId = idInCell(desk.newId, 'hld', account.owner)
  const placed = await guarded(desk, { account, amount, intent, cap }, () =>
    postAs(
      desk,
      {
        kind: 'hold',
        ...account,
        ...intent,
        ...cost,
        holdId,
        expiresAt: later(desk.clock.now(), want.expiresInS ?? HOLD_LIFE_S_USUAL),
        ...(want.description !== undefined && { description: want.description }),
        ...(want.metadata !== undefined && { metadata: want.metadata }),
      },
      ['insufficient_credits', 'expiry_invalid'],
      actor,
      actOf('credits.hold_placed', account, { hold_id: holdId, amount: Number(amount) }),
    ),
  )
  if (placed.ok) crashPoint('hold.placed')
  return placed
}

const actOf = (action: string, { owner, asset }: AccountName, after: Facts): Act => ({
  ...{ action, target: { kind: 'owner', id: owner }, after: { asset, ...after }, result: 'done' },
})

const later = (now: Instant, seconds: number): string => timeOf(now + seconds * 1_000)

/** What a refund has frozen is a hold as well, and nobody else's to spend or to give back. */
const findJobHold = async (desk: Desk, id: string): Promise<HoldRow | undefined> =>
  id.startsWith('hld_') ? findHold(desk.db, id, desk.clock.now()) : undefined

type ClosedNo = 'hold_unknown' | 'hold_closed' | 'hold_expired'
export type CaptureNo = PostNo<ClosedNo | 'insufficient_credits'> | GuardNo
export type ReleaseNo = PostNo<ClosedNo>
export type ExtendNo = PostNo<ClosedNo | 'expiry_invalid'>

/** Spends what was set aside. The last capture gives the rest back; more than was held burns on. */
export async function captureHold(
  desk: Desk,
  holdId: string,
  want: { readonly amount: number; readonly final: boolean },
  intent: Intent,
  { actor, cap }: Spender,
): Promise<Outcome<Posted, CaptureNo>> {
  const hold = await findJobHold(desk, holdId)
  if (!hold) return credits.no('hold_unknown')
  if (want.amount < 0) return credits.no('amount_invalid')
  const account = { owner: hold.owner, asset: hold.asset }
  const amount = BigInt(want.amount)
  const post = () =>
    postAs(
      desk,
      {
        kind: 'capture',
        ...{ ...account, ...intent, holdId, amount, final: want.final },
        // What it was placed for, and at which price, so that history says it of what was spent, too.
        ...(hold.action !== null && { action: hold.action }),
        ...(hold.price_version !== null && { priceVersion: hold.price_version }),
      },
      ['hold_unknown', 'hold_closed', 'hold_expired', 'insufficient_credits'],
      actor,
      actOf('credits.hold_captured', account, { hold_id: holdId, amount: want.amount }),
    )
  // What was set aside may be spent, come what may: it was counted when it was placed.
  const beyond = hold.state === 'open' ? amount - reservedOf(hold) : 0n
  const outcome = await (beyond > 0n
    ? guarded(desk, { account, amount: beyond, intent, cap }, post)
    : post())
  await countBeyond(desk, { hold, intent, cap, counted: beyond > 0n ? beyond : 0n }, outcome)
  await uncountReturned(desk, hold, outcome)
  return outcome
}

interface Captured {
  readonly hold: HoldRow
  readonly intent: Intent
  readonly cap: SpendCap | undefined
  readonly counted: bigint
}

/** Another capture of the same hold was quicker, so more of this one lay beyond it than it seemed. */
async function countBeyond(desk: Desk, captured: Captured, outcome: Outcome<Posted>) {
  if (!outcome.ok || outcome.value.replayed) return
  const { hold, intent, cap, counted } = captured
  const account = { owner: hold.owner, asset: hold.asset }
  const after = BigInt(numberIn(outcome.value, 'captured'))
  const beyondAt = (upto: bigint) => (upto > hold.amount ? upto - hold.amount : 0n)
  const amount = beyondAt(after) - beyondAt(after + outcome.value.amount) - counted
  if (amount > 0n) await countAnyway(desk, { account, amount, intent, cap })
}

const numberIn = ({ detail }: Posted, name: string): number => Number(detail[name])

const reservedOf = ({ draws }: HoldRow): bigint =>
  draws.reduce((sum, [, amount]) => sum + BigInt(amount), 0n)

/** What came back of a hold, or would have but for its lots' end, was not spent after all. */
async function uncountReturned(desk: Desk, hold: HoldRow, outcome: Outcome<Posted>): Promise<void> {
  if (!outcome.ok || outcome.value.replayed) return
  const account = { owner: hold.owner, asset: hold.asset }
  const at = hold.created_at.getTime() as Instant
  const amount = BigInt(numberIn(outcome.value, 'returned') + numberIn(outcome.value, 'expired'))
  await uncount(desk, { account, at, actor: hold.actor, amount })
}

export async function releaseHold(
  desk: Desk,
  holdId: string,
  intent: Intent,
  actor: Actor,
): Promise<Outcome<Posted, ReleaseNo>> {
  const hold = await findJobHold(desk, holdId)
  if (!hold) return credits.no('hold_unknown')
  const { owner, asset } = hold
  const outcome = await postAs(
    desk,
    { kind: 'release', owner, asset, ...intent, holdId },
    ['hold_unknown', 'hold_closed', 'hold_expired'],
    actor,
    actOf('credits.hold_released', { owner, asset }, { hold_id: holdId }),
  )
  await uncountReturned(desk, hold, outcome)
  return outcome
}

/** From now, not from its old end: a job that reports in says how long it still needs. */
export async function extendHold(
  desk: Desk,
  holdId: string,
  expiresInS: number,
  intent: Intent,
  actor: Actor,
): Promise<Outcome<Posted, ExtendNo>> {
  const hold = await findJobHold(desk, holdId)
  if (!hold) return credits.no('hold_unknown')
  const { owner, asset } = hold
  const expiresAt = later(desk.clock.now(), expiresInS)
  return postAs(
    desk,
    { kind: 'extend', owner, asset, ...intent, holdId, expiresAt },
    ['hold_unknown', 'hold_closed', 'hold_expired', 'expiry_invalid'],
    actor,
    actOf('credits.hold_extended', { owner, asset }, { hold_id: holdId, expires_at: expiresAt }),
  )
}
