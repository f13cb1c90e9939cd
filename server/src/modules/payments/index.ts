export type { Attempt } from './attempt.ts'
export { canBePaid } from './attempt.ts'
export { ATTEMPT_STATES } from './attempt-states.ts'
export { findAttempt, listAttempts, listAttemptsOf } from './attempt-store.ts'
export { beginRefund } from './begin-refund.ts'
export {
  no as refusedBy,
  unknown as unclear,
  yes,
} from './channel.ts'
export { digitsOf } from './channels/currency.ts'
export { DISPUTE_STATES } from './dispute-states.ts'
export { findFact } from './fact-store.ts'
export { endInstrument, type Instrument, listInstruments } from './instrument-store.ts'
export { openPayments, type Payments } from './open-payments.ts'
export { openAsk } from './outbound.ts'
export type { Disputed, Paid, Payee } from './payee.ts'
export type { Refund } from './refund.ts'
export { REFUND_STATES } from './refund-states.ts'
export { findRefund, listRefundsOfOwner, moveRefund } from './refund-store.ts'
export { payments as paymentRefusals } from './refusals.ts'
export type { StartNo } from './start-attempt.ts'
export { STEPS, timelineOf } from './timeline.ts'
export { TRANSFER_STATES } from './transfer-states.ts'
