import { type Act, type Actor, writeAudit } from '#audit'
import { crashPoint } from '#kernel/crash-points'
import { sha256 } from '#kernel/crypto'
import { invariant } from '#kernel/invariant'
import { done, type Outcome } from '#kernel/outcome'
import {
  type AccountName,
  type Command,
  findLot,
  type Grant,
  idInCell,
  type Posted,
  postIn,
} from '#ledger'
import { answersFor, postByHand, type Waiting, type Who } from './by-hand.ts'
import type { Desk } from './deps.ts'
import type { Intent } from './intent.ts'
import { bonusOf, type Multiplier, parseMultiplier } from './multiplier.ts'
import { isOrderOfHouse } from './orders.ts'
import { inPosting, Undone } from './post-as.ts'
import { type PostNo, postCommand, readPosted } from './post-command.ts'
import { credits } from './refusals.ts'
import { priorityOf, type Source } from './sources.ts'

export interface Granting {
  readonly amount: number
  readonly source: Source
  readonly priority?: number | undefined
  readonly effectiveAt?: string | undefined
  readonly expiresAt?: string | undefined
  readonly reason?: string | undefined
  /** What was bought: a void takes back all that was granted for it. */
  readonly orderId?: string | undefined
  /** Of bought credits: `1.2` adds a fifth of them as a bonus, rounded down. */
  readonly multiplier?: string | undefined
}
export type GrantNo = PostNo<'expiry_invalid'> | 'reason_needed' | 'multiplier_invalid'

/** The balance is the one after all of it. */
export interface Granted extends Posted {
  readonly bonus?: Posted
}

/** Makes a lot. By hand, or from a person's session, it needs a reason and leaves its line in the trail. */
export async function grant(
  desk: Desk,
  account: AccountName,
  want: Granting,
  intent: Intent,
  actor: Actor,
): Promise<Outcome<Granted | Waiting, GrantNo>> {
  const { amount, source, reason } = want
  const byHand = source === 'admin' || actor.kind === 'person'
  if (byHand && reason === undefined) return credits.no('reason_needed')
  if (amount < 1) return credits.no('amount_invalid')
  const multiplier = multiplierOf(want)
  if (multiplier === 'invalid') return credits.no('multiplier_invalid')
  const person = await answersFor(desk, account, actor)
  if (person !== undefined)
    return grantByHand(desk, account, want, intent, { actor, answersFor: person })
  const command = grantOf(desk, account, want, intent)
  const bonus = multiplier && bonusCommand(desk, command, bonusOf(command.amount, multiplier))
  if (!byHand && !bonus) return postCommand(desk.teller, command, ['expiry_invalid'])
  const outcome = await postTogether(desk, bonus ? [command, bonus] : [command], {
    may: ['expiry_invalid'],
    ...(byHand && { trail: { actor, act: actOf(command, bonus) } }),
  })
  if (!outcome.ok) return outcome
  const [bought, extra] = outcome.value
  return done(extra ? { ...bought, balance: extra.balance, bonus: extra } : bought)
}

async function grantByHand(
  desk: Desk,
  account: AccountName,
  want: Granting,
  intent: Intent,
  who: Who,
): Promise<Outcome<Posted | Waiting, GrantNo>> {
  const { amount, source, reason, effectiveAt, expiresAt, orderId, multiplier } = want
  if (reason === undefined) return credits.no('reason_needed')
  // A plan multiplies what was bought; a person gives the bonus as a grant of its own.
  if (multiplier !== undefined) return credits.no('multiplier_invalid')
  const terms = { source, ...termsOf(want), effectiveAt, expiresAt, orderId }
  const work = { kind: 'credits.grant', account, amount, reason, ...terms } as const
  return postByHand(desk, work, intent, who, ['expiry_invalid'])
}

function multiplierOf({ source, multiplier }: Granting): Multiplier | 'invalid' | undefined {
  if (multiplier === undefined) return undefined
  return (source === 'purchase' && parseMultiplier(multiplier)) || 'invalid'
}

const termsOf = ({ source, priority, expiresAt }: Granting) => ({
  priority: priority ?? priorityOf(source, expiresAt !== undefined),
  refundable: source === 'purchase',
})

const actOf = (bought: Grant, bonus: Grant | undefined): Act => ({
  action: 'credits.granted',
  target: { kind: 'owner', id: bought.owner },
  after: {
    ...{ asset: bought.asset, amount: Number(bought.amount), source: bought.source ?? null },
    ...{ priority: bought.priority ?? null, lot_id: bought.lotId },
    ...(bonus && { bonus: Number(bonus.amount) }),
  },
  ...(bought.description !== undefined && { reason: bought.description }),
  result: 'done',
})

function grantOf(desk: Desk, account: AccountName, want: Granting, intent: Intent): Grant {
  const { amount, source, reason, expiresAt, effectiveAt, orderId, multiplier } = want
  const lotId = idInCell(desk.newId, 'lot', account.owner)
  // A bonus belongs to the order of what it came with; where nobody names one, the bought lot stands for it.
  const order = orderId ?? (multiplier === undefined ? undefined : lotId)
  return {
    kind: 'grant',
    ...account,
    ...intent,
    amount: BigInt(amount),
    lotId,
    source,
    ...termsOf(want),
    ...(effectiveAt !== undefined && { effectiveAt }),
    ...(expiresAt !== undefined && { expiresAt }),
    ...(reason !== undefined && { description: reason }),
    ...(order !== undefined && { orderId: order }),
    ...(orderId !== undefined && { referenceType: 'order', referenceId: orderId }),
  }
}

/** A line of its own, under a key grown from that of what was bought; undefined where it rounds down to nothing. */
function bonusCommand(desk: Desk, bought: Grant, amount: bigint): Grant | undefined {
  if (amount < 1n) return undefined
  return {
    ...bought,
    key: `bonus:${sha256(bought.key).toString('hex')}`,
    amount,
    lotId: idInCell(desk.newId, 'lot', bought.owner),
    source: 'bonus',
    priority: priorityOf('bonus', bought.expiresAt !== undefined),
    refundable: false,
    metadata: { bonus_of: bought.lotId },
  }
}

export type VoidNo =
  | PostNo<'lot_unknown' | 'clawback_spent'>
  | 'grant_voided'
  | 'lot_arrived'
  | 'lot_paid'

/**
 * Takes a grant back, and whatever else was granted for the same order, all of it or nothing: what has been
 * spent is not turned into debt here.
 */
export async function voidGrant(
  desk: Desk,
  lotId: string,
  reason: string,
  intent: Intent,
  actor: Actor,
): Promise<Outcome<Posted, VoidNo>> {
  const lot = await findLot(desk.db, lotId)
  if (!lot) return credits.no('lot_unknown')
  // Nobody granted these: taken back, they would be gone from the one who sent them, too.
  if (lot.source === 'transfer') return credits.no('lot_arrived')
  const { owner, asset, order_id } = lot
  // Whoever refunds takes them back with the money; a void would leave it here.
  if (order_id !== null && isOrderOfHouse(order_id)) return credits.no('lot_paid')
  const command = {
    kind: 'clawback',
    policy: 'refuse',
    ...intent,
    ...{ owner, asset, description: reason },
    ...(order_id === null ? { lotId } : { orderId: order_id }),
  } as const
  const act = {
    action: 'credits.grant_voided',
    target: { kind: 'owner', id: owner },
    before: { asset, granted: Number(lot.granted), source: lot.source, lot_id: lotId },
    reason,
    result: 'done',
  } as const
  const outcome = await postTogether(desk, [command], {
    may: ['lot_unknown', 'clawback_spent'],
    trail: { actor, act },
    // Nothing was left to ask back, so there is nothing to write either.
    unless: ({ replayed, detail }) =>
      !replayed && detail['share'] === 0 ? credits.no('grant_voided') : undefined,
  })
  return outcome.ok ? done(outcome.value[0]) : outcome
}

type TrailNo = 'expiry_invalid' | 'lot_unknown' | 'clawback_spent'
type Several = readonly [Posted, ...Posted[]]

interface Together<Own extends TrailNo, Late extends string> {
  readonly may: readonly Own[]
  readonly trail?: { readonly actor: Actor; readonly act: Act }
  /** A "no" that only shows when it is done; then it is undone. */
  readonly unless?: (posted: Posted) => Outcome<never, Late> | undefined
}

/** Rare enough to do without the teller, so that all commands, and the line of the act, are one transaction. */
async function postTogether<const Own extends TrailNo, Late extends string = never>(
  desk: Desk,
  commands: readonly Exclude<Command, { kind: 'transfer' }>[],
  { may, trail, unless }: Together<Own, Late>,
): Promise<Outcome<Several, PostNo<Own> | Late>> {
  let refused: Outcome<never, PostNo<Own> | Late> | undefined
  try {
    const together = await inPosting(desk.db, async (tx) => {
      const posted: Posted[] = []
      for (const answer of await postIn(tx, commands, desk.clock.now())) {
        const outcome = readPosted(answer, may)
        refused = outcome.ok ? unless?.(outcome.value) : outcome
        // The ledger refuses each command alone; here one that is refused takes the others with it.
        if (refused || !outcome.ok) throw new Undone()
        posted.push(outcome.value)
      }
      const [first, ...rest] = posted
      invariant(first !== undefined, 'C9', 'the ledger gave no answer')
      if (!first.replayed && trail) await writeAudit(tx, desk, trail.actor, trail.act)
      crashPoint('grant.before_commit')
      return done([first, ...rest] as const)
    })
    crashPoint('grant.committed')
    return together
  } catch (error) {
    if (error instanceof Undone && refused) return refused
    throw error
  }
}
