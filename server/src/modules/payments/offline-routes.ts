import Type from 'typebox'
import { actorOf } from '#audit'
import type { Instant } from '#kernel/clock'
import { done } from '#kernel/outcome'
import { type Call, defineRoute, type Route } from '#kernel/routes'
import { ProposalShape, proposalAnswer } from '#proposals'
import { REASON_LETTERS_MAX } from './limits.ts'
import { proposePaid, proposeRefunded } from './mark-offline.ts'
import { payments } from './refusals.ts'
import { ById, strict } from './shapes.ts'
import type { PaymentsDeps } from './start-attempt.ts'

const area = 'payments'
const Marking = {
  reference: Type.String({
    pattern: '^[A-Za-z0-9][A-Za-z0-9._/-]{3,63}$',
    description: 'The bank’s own number of the transfer',
  }),
  reason: Type.String({ minLength: 1, maxLength: REASON_LETTERS_MAX }),
}
// Tighter than RFC 3339: whatever passes is a time for JavaScript and PostgreSQL alike.
const Moment = Type.String({
  pattern:
    '^[12]\\d{3}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])T([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(\\.\\d{1,3})?(Z|[+-]([01]\\d|2[0-3]):[0-5]\\d)$',
  format: 'date-time',
})
const { payment_unknown, refund_unknown, refund_settled } = payments.texts
const { not_offline, amount_differs, reference_used, person_needed } = payments.texts

/** What finance reads on the statement of the bank; each waits for another person. */
export const offlineRoutes = (deps: PaymentsDeps): Route[] => [
  defineRoute({
    method: 'POST',
    url: '/api/v1/admin/payments/:id/offline-paid',
    scope: 'payments:offline',
    name: 'mark_offline_paid',
    summary: 'Say that a bank transfer has come; somebody else has to agree',
    area,
    params: ById,
    body: Type.Object(
      {
        ...Marking,
        amount: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
        currency: Type.String({ pattern: '^[A-Z]{3}$' }),
        paid_at: Type.Optional(Moment),
      },
      {
        ...strict,
        examples: [
          {
            ...{ reference: '2026112100001', amount: 3000, currency: 'CNY' },
            ...{ paid_at: '2026-11-21T09:00:00Z', reason: 'on the statement of 21 November' },
          },
        ],
      },
    ),
    status: 202,
    answer: ProposalShape,
    refuses: { payment_unknown, not_offline, amount_differs, reference_used, person_needed },
    handle: async (call) => {
      const { body } = call
      const outcome = await proposePaid(deps, {
        ...{ ...common(call), paymentId: call.params.id, currency: body.currency },
        amount: BigInt(body.amount),
        at: body.paid_at === undefined ? undefined : (Date.parse(body.paid_at) as Instant),
      })
      return outcome.ok ? done(proposalAnswer(outcome.value)) : outcome
    },
  }),
  defineRoute({
    method: 'POST',
    url: '/api/v1/admin/refunds/:id/offline-settled',
    scope: 'payments:offline',
    name: 'mark_offline_refunded',
    summary: 'Say that a transfer back has left the bank, or came back; somebody else has to agree',
    area,
    params: ById,
    body: Type.Object(
      {
        ...Marking,
        outcome: Type.Optional(Type.Enum(['succeeded', 'failed'])),
      },
      { ...strict, examples: [{ reference: '2026112200007', reason: 'on the statement' }] },
    ),
    status: 202,
    answer: ProposalShape,
    refuses: { refund_unknown, refund_settled, not_offline, reference_used, person_needed },
    handle: async (call) => {
      const { outcome: end = 'succeeded' } = call.body
      const want = { ...common(call), refundId: call.params.id, outcome: end }
      const outcome = await proposeRefunded(deps, want)
      return outcome.ok ? done(proposalAnswer(outcome.value)) : outcome
    },
  }),
]

const common = (
  call: Pick<
    Call<{ readonly reference: string; readonly reason: string }, unknown, unknown>,
    'body' | 'principal' | 'ip' | 'headers' | 'requestId'
  >,
) => ({ reference: call.body.reference, reason: call.body.reason, actor: actorOf(call) })
