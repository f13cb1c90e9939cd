import type { Act, Actor } from '#audit'
import type { Instant } from '#kernel/clock'
import type { Facts, Outcome } from '#kernel/outcome'
import {
  type AccountName,
  type Charge,
  type EntryAccount,
  entryUuid,
  findEntryAccount,
  findHold,
  type Posted,
  type Refund,
} from '#ledger'
import type { Desk } from './deps.ts'
import type { SpendCap } from './guard.ts'
import { type GuardNo, guarded, uncount } from './guarded.ts'
import type { Intent } from './intent.ts'
import { moveByHand } from './move-by-hand.ts'
import { postAs, postIfFree } from './post-as.ts'
import { type PostNo, replayOf } from './post-command.ts'
import { type CostNo, costOf } from './quote.ts'
import { credits } from './refusals.ts'

export interface Spending {
  readonly amount?: number | undefined
  readonly action?: string | undefined
  readonly params?: Facts | undefined
  readonly description?: string | undefined
  readonly metadata?: Facts | undefined
}

export interface Spender {
  readonly actor: Actor
  readonly cap: SpendCap | undefined
}
export type ChargeNo = PostNo<'insufficient_credits'> | CostNo | GuardNo

/** Spends from the lots in burn order, all of it or nothing. */
export async function charge(
  desk: Desk,
  account: AccountName,
  want: Spending,
  intent: Intent,
  { actor, cap }: Spender,
): Promise<Outcome<Posted, ChargeNo>> {
  const costing = await costOf(desk.quote, account, want)
  if (!costing.ok) return (await replayOf(desk.teller, account, intent)) ?? costing
  const { cost } = costing.value
  const { amount, action } = cost
  // Once it is known to be used, the charge is a plain one again, and those go through much faster.
  const firstFree =
    costing.value.firstFree && action !== undefined && !desk.firsts.isUsed(account, action)
      ? action
      : undefined
  const { description, metadata } = want
  const command: Charge = {
    kind: 'charge',
    ...{ ...account, ...intent, ...cost },
    ...(firstFree !== undefined && { firstFree }),
    ...(description !== undefined && { description }),
    ...(metadata !== undefined && { metadata }),
  }
  const by = { actor, act: actOf(command) }
  const ifFree =
    firstFree === undefined
      ? undefined
      : async () =>
          (await desk.firsts.find(account, firstFree)) ? undefined : postIfFree(desk, command, by)
  const outcome = await guarded(desk, { account, amount, intent, cap, ifFree }, () =>
    postAs(desk, command, ['insufficient_credits'], actor, by.act),
  )
  if (firstFree !== undefined && hasAsked(outcome)) desk.firsts.use(account, firstFree)
  return outcome
}

const actOf = ({ owner, asset, amount, action, description }: Charge): Act => ({
  action: 'credits.charged',
  target: { kind: 'owner', id: owner },
  after: { asset, amount: Number(amount), action: action ?? null },
  ...(description !== undefined && { reason: description }),
  result: 'done',
})

/** A repeat is answered before anybody looks; whoever is short of credits has had the free one before. */
const hasAsked = (outcome: Outcome<Posted>): boolean =>
  outcome.ok ? !outcome.value.replayed : outcome.refusal.code === 'insufficient_credits'

/** How the keys of charges begin that pay for orders; nobody else may use them. */
const PAID_BY_WALLET = 'balance:'

export interface Refunding {
  readonly chargeId: string
  readonly amount?: number | undefined
  readonly reason?: string | undefined
}
const MAY = ['charge_unknown', 'refund_exceeds_charge'] as const
export type RefundNo = PostNo<(typeof MAY)[number]> | 'refund_to_yourself' | 'hand_limit_reached'

/** Gives back to the very lots it came from, last drawn first; without an amount, all that is left. */
export async function refund(
  desk: Desk,
  want: Refunding,
  intent: Intent,
  actor: Actor,
): Promise<Outcome<Posted, RefundNo>> {
  const uuid = entryUuid('chg', want.chargeId)
  const entry = uuid === undefined ? undefined : await findEntryAccount(desk.db, uuid)
  // What paid for an order goes back with the order alone, and takes with it what was bought.
  if (uuid === undefined || !entry || entry.key.startsWith(PAID_BY_WALLET))
    return credits.no('charge_unknown')
  const account = { owner: entry.owner, asset: entry.asset }
  if (want.amount !== undefined && want.amount < 1) return credits.no('amount_invalid')
  const command: Refund = {
    kind: 'refund',
    ...account,
    ...intent,
    chargeId: uuid,
    ...(want.amount !== undefined && { amount: BigInt(want.amount) }),
    ...(want.reason !== undefined && { description: want.reason }),
  }
  const act: Act = {
    action: 'credits.refunded',
    target: { kind: 'owner', id: account.owner },
    after: { asset: account.asset, amount: want.amount ?? null, charge_id: want.chargeId },
    ...(want.reason !== undefined && { reason: want.reason }),
    result: 'done',
  }
  if (actor.kind === 'person' && actor.id === account.owner) return credits.no('refund_to_yourself')
  const outcome =
    actor.kind === 'person'
      ? await moveByHand(desk, command, MAY, { actor, act })
      : await postAs(desk, command, MAY, actor, act)
  if (outcome.ok && !outcome.value.replayed) await uncountRefund(desk, entry, outcome.value.amount)
  return outcome
}

/** What a capture spent was counted when its hold was placed, and for whoever placed it. */
async function uncountRefund(desk: Desk, entry: EntryAccount, amount: bigint): Promise<void> {
  const { owner, asset, actor, created_at, hold_id } = entry
  const account = { owner, asset }
  const at = created_at.getTime() as Instant
  if (hold_id === null) return uncount(desk, { account, at, actor, amount })
  const guard = await desk.guards.of(owner)
  const cap = actor === null ? undefined : await desk.keyCap(actor)
  if (!guard && !cap) return
  const hold = await findHold(desk.db, hold_id, desk.clock.now())
  if (!hold) return
  const placed = hold.created_at.getTime() as Instant
  // Two keys had a part in it: which of them paid how much is not known, so neither gets more room.
  await uncount(desk, { account, at: placed, actor: hold.actor === actor ? actor : null, amount })
}
