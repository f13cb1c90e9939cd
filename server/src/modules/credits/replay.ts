import type { FastifyReply } from 'fastify'
import Type from 'typebox'
import { door } from '#kernel/http-refusals'
import { done, type Outcome } from '#kernel/outcome'
import type { Posted } from '#ledger'
import { type ProposalShape, proposalAnswer } from '#proposals'
import type { Waiting } from './by-hand.ts'
import { prices } from './price-refusals.ts'
import { credits } from './refusals.ts'

/** The body of what was posted; a repeat of its key gets the same body and a header that says so. */
export const answered = <Body, Code extends string, Done extends Posted>(
  reply: FastifyReply,
  outcome: Outcome<Done, Code>,
  answer: (posted: Done) => Body,
): Outcome<Body, Code> => {
  if (!outcome.ok) return outcome
  if (outcome.value.replayed) reply.header('idempotent-replayed', 'true')
  return done(answer(outcome.value))
}

/** The same for what a second person may have to decide first: then it is 202 and the proposal. */
export const answeredByHand = <Body, Code extends string, Done extends Posted>(
  reply: FastifyReply,
  outcome: Outcome<Done | Waiting, Code>,
  answer: (posted: Done) => Body,
): Outcome<Body | Type.Static<typeof ProposalShape>, Code> => {
  if (!outcome.ok) return outcome
  const { value } = outcome
  if (!('proposal' in value)) return answered(reply, done(value), answer)
  reply.code(202)
  return done(proposalAnswer(value.proposal))
}

const { amount_invalid, asset_unknown, idempotency_key_required, idempotency_key_reused } =
  credits.texts
const { idempotency_key_reserved } = credits.texts
/** What every call that moves value can say. */
export const MOVING = {
  amount_invalid,
  asset_unknown,
  idempotency_key_required,
  idempotency_key_reserved,
  idempotency_key_reused,
  ledger_busy: credits.texts.ledger_busy,
  unavailable: door.texts.unavailable,
} as const
/** Of every call that moves value; one that comes without is refused by name, not for its form. */
export const KEYED = Type.Object({
  'Idempotency-Key': Type.String({
    ...{ minLength: 8, maxLength: 128, examples: ['job-4711-charge'] },
    description: 'A new one for each intent, the same one for each retry: letters, digits, _ . : -',
  }),
})
/** What may keep value from leaving an owner. */
export const GUARDED = {
  owner_frozen: credits.texts.owner_frozen,
  spend_cap_reached: credits.texts.spend_cap_reached,
} as const
export const PRICING = {
  amount_needed: credits.texts.amount_needed,
  facts_too_large: credits.texts.facts_too_large,
  action_unknown: prices.texts.action_unknown,
  params_invalid: prices.texts.params_invalid,
  price_in_credits: prices.texts.price_in_credits,
} as const
export const NAMING = {
  owner_needed: credits.texts.owner_needed,
  owner_unknown: credits.texts.owner_unknown,
} as const
