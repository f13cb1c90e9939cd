import { sql } from 'kysely'
import { type Act, type Actor, writeAudit } from '#audit'
import { rfc3339 } from '#kernel/clock'
import type { Tx } from '#kernel/db'
import { invariant } from '#kernel/invariant'
import { done, type Facts, type Outcome } from '#kernel/outcome'
import {
  type AccountName,
  type Command,
  entryIdText,
  idInCell,
  isPosted,
  type Posted,
  postIn,
} from '#ledger'
import {
  type Executed,
  earlierProposal,
  type Proposal,
  type ProposalKind,
  propose,
} from '#proposals'
import type { Desk } from './deps.ts'
import { addToHandDay, type HandDay, lockHandDay } from './hand-store.ts'
import type { Intent } from './intent.ts'
import { inPosting } from './post-as.ts'
import { type PostNo, readPosted } from './post-command.ts'
import { credits } from './refusals.ts'
import { timeOf } from './shapes.ts'

/** What somebody gives or takes by hand: the words in which a second person reads it, too. */
export interface HandWork {
  readonly kind: 'credits.grant' | 'credits.adjust'
  readonly account: AccountName
  /** Negative takes, which only an adjustment does. */
  readonly amount: number
  readonly source: string
  readonly priority: number
  readonly refundable: boolean
  readonly effectiveAt?: string | undefined
  readonly expiresAt?: string | undefined
  /** What was bought: a void takes back all that was granted for it. */
  readonly orderId?: string | undefined
  readonly reason: string
}
/** Not done: somebody else has to decide it. */
export interface Waiting {
  readonly proposal: Proposal
}
type OwnNo = 'expiry_invalid' | 'insufficient_credits'

/** Whose limit counts: a person's; an app has none, but nobody gives to themselves with a key they made. */
export async function answersFor(
  desk: Desk,
  { owner }: AccountName,
  actor: Actor,
): Promise<string | undefined> {
  const person = await personBehind(desk, actor)
  return actor.kind === 'person' || person === owner ? person : undefined
}

/** Who acts, or made the key that does. */
export const personBehind = async (
  desk: Pick<Desk, 'makerOf'>,
  { kind, id }: Actor,
): Promise<string | undefined> =>
  kind === 'person' ? id : kind === 'key' ? desk.makerOf(id) : undefined

export interface Who {
  readonly actor: Actor
  /** Undefined for an app, which has no limit. */
  readonly answersFor: string | undefined
}

/** Done at once within the limit of who acts; beyond it, and for themselves, it waits for a second person. */
export function postByHand<const Own extends OwnNo>(
  desk: Desk,
  work: HandWork,
  intent: Intent,
  who: Who,
  may: readonly Own[],
): Promise<Outcome<Posted | Waiting, PostNo<Own>>> {
  const { actor, answersFor: person } = who
  return inPosting(desk.db, async (tx) => {
    const today = person === undefined ? undefined : todayOf(desk, work.account, person)
    const waiting = today && (await waitFor(tx, desk, work, intent, { actor, today }, may))
    if (waiting) return waiting
    const posted = await post(tx, desk, work, intent, may)
    if (!posted.ok || posted.value.replayed) return posted
    if (today) await addToHandDay(tx, today, sizeOf(work))
    await writeAudit(tx, desk, actor, actOf(work, posted.value))
    return posted
  })
}

/** The proposal this is, or has to become; undefined where it may be done now. */
async function waitFor<const Own extends OwnNo>(
  tx: Tx,
  desk: Desk,
  work: HandWork,
  intent: Intent,
  { actor, today }: { readonly actor: Actor; readonly today: HandDay },
  may: readonly Own[],
): Promise<Outcome<Waiting, PostNo<Own>> | undefined> {
  const { account, reason } = work
  const { person } = today
  // The ledger's keys are an owner's own; a proposer may use one of them for each owner.
  const asked = { actor, key: `${account.owner} ${intent.key}`, request: intent.request }
  const before = await lockHandDay(tx, today)
  const earlier = await earlierProposal(tx, desk, asked)
  if (earlier !== undefined) return waitingFor(earlier)
  const isSmall = before + sizeOf(work) <= desk.grantLimit && account.owner !== person
  if (isSmall || (await isPosted(tx, account.owner, intent.key))) return undefined
  // What cannot be done is refused now, not when somebody has taken the trouble to decide it.
  const tried = await tryOut(tx, () => post(tx, desk, work, intent, may))
  if (!tried.ok) return tried
  const want = { ...asked, kind: work.kind, payload: payloadOf(work), reason, answersFor: person }
  return waitingFor(await propose(tx, desk, { ...want, gains: account.owner }))
}

const sizeOf = ({ amount }: HandWork): bigint => BigInt(Math.abs(amount))
export const todayOf = (desk: Desk, { asset }: AccountName, person: string): HandDay => ({
  ...{ person, asset },
  day: rfc3339(desk.clock.now()).slice(0, 'YYYY-MM-DD'.length),
})

const waitingFor = (proposal: Proposal | 'other'): Outcome<Waiting, 'idempotency_key_reused'> =>
  proposal === 'other' ? credits.no('idempotency_key_reused') : done({ proposal })

async function tryOut<T>(tx: Tx, work: () => Promise<T>): Promise<T> {
  await sql`savepoint try_out`.execute(tx)
  const outcome = await work()
  await sql`rollback to savepoint try_out`.execute(tx)
  return outcome
}

async function post<const Own extends OwnNo>(
  tx: Tx,
  desk: Desk,
  work: HandWork,
  intent: Intent,
  may: readonly Own[],
  proposalId?: string,
): Promise<Outcome<Posted, PostNo<Own>>> {
  const [answer] = await postIn(tx, [commandOf(desk, work, intent, proposalId)], desk.clock.now())
  invariant(answer !== undefined, 'C9', 'the ledger gave no answer')
  return readPosted(answer, may)
}

const commandOf = (
  desk: Desk,
  work: HandWork,
  intent: Intent,
  proposalId: string | undefined,
): Exclude<Command, { kind: 'transfer' }> => {
  const { account, amount, source, priority, refundable, expiresAt, reason } = work
  const common = {
    ...account,
    ...intent,
    ...{ amount: BigInt(amount), source, priority, description: reason },
    lotId: idInCell(desk.newId, 'lot', account.owner),
    ...(expiresAt !== undefined && { expiresAt }),
    ...(proposalId !== undefined && { referenceType: 'proposal', referenceId: proposalId }),
  }
  if (work.kind === 'credits.adjust') return { kind: 'adjust', ...common }
  const { effectiveAt, orderId } = work
  return {
    ...{ kind: 'grant', ...common, refundable },
    ...(effectiveAt !== undefined && { effectiveAt }),
    ...(orderId !== undefined && { orderId }),
  }
}

const actOf = (work: HandWork, { detail, id }: Posted, proposalId?: string): Act => {
  const { account, amount, source, priority, reason } = work
  const lotId = detail['lot_id']
  return {
    action: work.kind === 'credits.grant' ? 'credits.granted' : 'credits.adjusted',
    target: { kind: 'owner', id: account.owner },
    after: {
      ...{ asset: account.asset, amount, source, priority },
      ...(lotId === undefined ? { entry_id: entryIdText('ent', id) } : { lot_id: lotId }),
      ...(proposalId !== undefined && { proposal_id: proposalId }),
    },
    reason,
    result: 'done',
  }
}

const payloadOf = (work: HandWork): Facts => {
  const { account, amount, source, priority, refundable, effectiveAt, expiresAt, orderId } = work
  return {
    owner_id: account.owner,
    ...{ asset: account.asset, amount, source, priority, refundable },
    ...(effectiveAt !== undefined && { effective_at: effectiveAt }),
    ...(expiresAt !== undefined && { expires_at: expiresAt }),
    ...(orderId !== undefined && { order_id: orderId }),
  }
}

const workOf = (kind: HandWork['kind'], { payload, reason }: Proposal): HandWork => {
  const moment = (name: string) =>
    payload[name] === undefined ? undefined : timeOf(Date.parse(String(payload[name])))
  return {
    kind,
    account: { owner: String(payload['owner_id']), asset: String(payload['asset']) },
    amount: Number(payload['amount']),
    source: String(payload['source']),
    priority: Number(payload['priority']),
    refundable: payload['refundable'] === true,
    effectiveAt: moment('effective_at'),
    expiresAt: moment('expires_at'),
    orderId: payload['order_id'] === undefined ? undefined : String(payload['order_id']),
    reason,
  }
}

/** What the second person's yes does, in the transaction of that yes. */
export const handKinds = (desk: Desk): ProposalKind[] =>
  (['credits.grant', 'credits.adjust'] as const).map((kind) => ({
    kind,
    scope: 'credits:grant',
    execute: async (tx, proposal, approver): Promise<Executed> => {
      const { id, proposedBy } = proposal
      const work = workOf(kind, proposal)
      // A key of its own: nobody else can have used it, and a second time it would move nothing.
      const intent = { key: id, request: `proposal ${id}`, actor: proposedBy }
      const posted = await post(
        tx,
        desk,
        work,
        intent,
        ['expiry_invalid', 'insufficient_credits'],
        id,
      )
      if (!posted.ok) return { ok: false, why: posted.refusal.code }
      const { detail, balance } = posted.value
      await writeAudit(tx, desk, approver, actOf(work, posted.value, id))
      return {
        ok: true,
        result: {
          entry_id: entryIdText('ent', posted.value.id),
          lot_id: detail['lot_id'] ?? null,
          available: Number(balance.available),
        },
      }
    },
  }))
