import { hash } from 'node:crypto'
import { type Actor, writeAudit } from '#audit'
import { inTx, type Tx, violatedConstraint } from '#kernel/db'
import { invariant } from '#kernel/invariant'
import { done, type Outcome } from '#kernel/outcome'
import { earlierProposal, type Proposal, type ProposalKind, propose } from '#proposals'
import { KEPT_ONCE } from './apply-payment.ts'
import { beginReturn, refundable } from './begin-refund.ts'
import { type KeptFact, sendBackSuspended } from './fact-store.ts'
import type { Refund } from './refund.ts'
import { findReturn } from './refund-store.ts'
import { payments } from './refusals.ts'
import type { PaymentsDeps } from './start-attempt.ts'
import { lockSuspendedFact } from './suspense-store.ts'
import { whyItStays } from './why-it-stays.ts'

interface Wanted {
  readonly factId: string
  readonly reason: string
  readonly actor: Actor
}
type ReturnNo = 'fact_unknown' | 'not_returnable'

/**
 * Money that fits nothing goes back to whoever paid it, as does what was on its way back and failed. Asked again, it is
 * the same refund.
 */
export async function returnSuspended(
  deps: PaymentsDeps,
  want: Wanted,
): Promise<Outcome<Refund | { readonly proposal: Proposal }, ReturnNo>> {
  try {
    return await inTx(deps.db, async (tx) => {
      const judged = await judgeIn(tx, deps, want.factId)
      if (!judged.ok) return judged
      const { before, fact } = judged.value
      if (before) return done(before)
      if (needsSecond(deps, want.actor, fact)) return askSecond(tx, deps, want, fact)
      return done(await returnIn(tx, deps, want, fact))
    })
  } catch (error) {
    // Told twice in different words: the other telling has moved its value already.
    if (violatedConstraint(error) !== KEPT_ONCE) throw error
    return payments.no('not_returnable', { why: 'settled_otherwise' })
  }
}

interface Judged {
  /** It is on its way already, or has arrived. */
  readonly before: Refund | undefined
  readonly fact: KeptFact
}

async function judgeIn(
  tx: Tx,
  deps: PaymentsDeps,
  factId: string,
): Promise<Outcome<Judged, ReturnNo>> {
  const fact = await lockSuspendedFact(tx, factId)
  const before = fact && (await findReturn(tx, factId))
  if (before?.state === 'abnormal') return payments.no('not_returnable', { why: 'stuck' })
  if (fact && before) return done({ before, fact })
  if (!fact || fact.disposition === 'kept') return payments.no('fact_unknown')
  const why = await whyItStays(tx, deps, fact)
  return why === undefined ? done({ before, fact }) : payments.no('not_returnable', { why })
}

async function returnIn(
  tx: Tx,
  deps: PaymentsDeps,
  { factId, reason, actor }: Wanted,
  fact: KeptFact,
): Promise<Refund> {
  await sendBackSuspended(tx, factId)
  const amount = refundable(fact)
  const refund = await beginReturn(tx, deps, fact, { amount, reason, askedBy: actor.id })
  await writeAudit(tx, deps, actor, {
    ...{ action: 'payments.suspense_returned', target: { kind: 'fact', id: factId } },
    after: { refund_id: refund.id, amount: Number(amount), currency: fact.currency },
    ...{ reason, result: 'done' },
  })
  return refund
}

/** As of every refund: above the limit no person sends money away alone. */
const needsSecond = ({ refundLimit }: PaymentsDeps, { kind }: Actor, fact: KeptFact): boolean =>
  kind === 'person' && refundable(fact) > BigInt(refundLimit)

const KIND = 'payments.suspense_return'

/** The same money is proposed once by each person; who has been told no asks with another reason. */
async function askSecond(
  tx: Tx,
  deps: PaymentsDeps,
  { factId, reason, actor }: Wanted,
  fact: KeptFact,
): Promise<Outcome<{ readonly proposal: Proposal }, never>> {
  const payload = {
    ...{ fact_id: factId, amount: Number(refundable(fact)), currency: fact.currency },
    channel: fact.channel,
  }
  const asked = { actor, key: `${KIND} ${factId} ${hash('sha256', reason)}`, request: factId }
  const earlier = await earlierProposal(tx, deps, asked)
  const proposal =
    earlier ??
    (await propose(tx, deps, { ...asked, kind: KIND, payload, reason, answersFor: actor.id }))
  invariant(proposal !== 'other', 'PR4', `${factId} was proposed in other words`)
  return done({ proposal })
}

/** What the second person's yes does. */
export const suspenseKind = (deps: PaymentsDeps): ProposalKind => ({
  kind: KIND,
  scope: 'payments:refund',
  execute: async (tx, { payload, reason }, actor) => {
    const want = { factId: String(payload['fact_id']), reason, actor }
    const judged = await judgeIn(tx, deps, want.factId)
    if (!judged.ok) return { ok: false, why: judged.refusal.code }
    const { before, fact } = judged.value
    const refund = before ?? (await returnIn(tx, deps, want, fact))
    return { ok: true, result: { refund_id: refund.id } }
  },
})
