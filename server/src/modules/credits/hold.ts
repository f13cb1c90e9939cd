import type { Instant } from '#kernel/clock'
import { crashPoint } from '#kernel/crash-points'
import type { Outcome } from '#kernel/outcome'
import { type AccountName, findHold, idInCell, type Posted } from '#ledger'
import type { Spending } from './charge.ts'
import type { Desk } from './deps.ts'
import type { Intent } from './intent.ts'
import { HOLD_LIFE_S_USUAL } from './limits.ts'
import { type PostNo, postCommand, replayOf } from './post-command.ts'
import { type CostNo, costOf } from './quote.ts'
import { credits } from './refusals.ts'
import { timeOf } from './shapes.ts'

export type HoldNo = PostNo<'insufficient_credits' | 'expiry_invalid'> | CostNo

/** Sets credits aside at today's price; whatever happens to the caller, they come back by themselves. */
export async function placeHold(
  desk: Desk,
  account: AccountName,
  want: Spending & { readonly expiresInS?: number | undefined },
  intent: Intent,
): Promise<Outcome<Posted, HoldNo>> {
  const cost = await costOf(desk.quote, account.owner, want)
  if (!cost.ok) return (await replayOf(desk.teller, account, intent)) ?? cost
  // An action may cost nothing, but there is no setting aside of nothing.
  if (cost.value.amount < 1n) return credits.no('amount_invalid')
  const placed = await postCommand(
    desk.teller,
    {
      kind: 'hold',
      ...account,
      ...intent,
      ...cost.value,
      holdId: idInCell(desk.newId, 'hld', account.owner),
      expiresAt: later(desk.clock.now(), want.expiresInS ?? HOLD_LIFE_S_USUAL),
      ...(want.description !== undefined && { description: want.description }),
      ...(want.metadata !== undefined && { metadata: want.metadata }),
    },
    ['insufficient_credits', 'expiry_invalid'],
  )
  if (placed.ok) crashPoint('hold.placed')
  return placed
}

const later = (now: Instant, seconds: number): string => timeOf(now + seconds * 1_000)

type ClosedNo = 'hold_unknown' | 'hold_closed' | 'hold_expired'
export type CaptureNo = PostNo<ClosedNo | 'insufficient_credits'>
export type ReleaseNo = PostNo<ClosedNo>
export type ExtendNo = PostNo<ClosedNo | 'expiry_invalid'>

/** Spends what was set aside. The last capture gives the rest back; more than was held burns on. */
export async function captureHold(
  desk: Desk,
  holdId: string,
  want: { readonly amount: number; readonly final: boolean },
  intent: Intent,
): Promise<Outcome<Posted, CaptureNo>> {
  const hold = await findHold(desk.db, holdId, desk.clock.now())
  if (!hold) return credits.no('hold_unknown')
  if (want.amount < 0) return credits.no('amount_invalid')
  return postCommand(
    desk.teller,
    {
      kind: 'capture',
      ...{ owner: hold.owner, asset: hold.asset, ...intent },
      // What it was placed for, and at which price, so that history says it of what was spent, too.
      ...(hold.action !== null && { action: hold.action }),
      ...(hold.price_version !== null && { priceVersion: hold.price_version }),
      holdId,
      amount: BigInt(want.amount),
      final: want.final,
    },
    ['hold_unknown', 'hold_closed', 'hold_expired', 'insufficient_credits'],
  )
}

export async function releaseHold(
  desk: Desk,
  holdId: string,
  intent: Intent,
): Promise<Outcome<Posted, ReleaseNo>> {
  const account = await accountOfHold(desk, holdId)
  if (!account) return credits.no('hold_unknown')
  return postCommand(desk.teller, { kind: 'release', ...account, ...intent, holdId }, [
    'hold_unknown',
    'hold_closed',
    'hold_expired',
  ])
}

/** From now, not from its old end: a job that reports in says how long it still needs. */
export async function extendHold(
  desk: Desk,
  holdId: string,
  expiresInS: number,
  intent: Intent,
): Promise<Outcome<Posted, ExtendNo>> {
  const account = await accountOfHold(desk, holdId)
  if (!account) return credits.no('hold_unknown')
  const expiresAt = later(desk.clock.now(), expiresInS)
  return postCommand(desk.teller, { kind: 'extend', ...account, ...intent, holdId, expiresAt }, [
    'hold_unknown',
    'hold_closed',
    'hold_expired',
    'expiry_invalid',
  ])
}

async function accountOfHold(desk: Desk, id: string): Promise<AccountName | undefined> {
  const hold = await findHold(desk.db, id, desk.clock.now())
  return hold && { owner: hold.owner, asset: hold.asset }
}
