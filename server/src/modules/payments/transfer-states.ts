import type { StateTable } from '#kernel/states'

export type TransferRowState =
  | 'requested'
  | 'submitted'
  | 'wait_user'
  | 'unknown'
  | 'succeeded'
  | 'failed'
  | 'cancelled'
  | 'returned'
export type TransferEvent =
  | 'submit'
  | 'lose'
  | 'wait_user'
  | 'succeed'
  | 'fail'
  | 'cancel'
  | 'return'

const under = {
  submit: 'submitted',
  lose: 'unknown',
  wait_user: 'wait_user',
  succeed: 'succeeded',
  fail: 'failed',
  cancel: 'cancelled',
  return: 'returned',
} as const
const over = {
  submit: 'same',
  lose: 'same',
  wait_user: 'same',
  succeed: 'same',
  fail: 'same',
  cancel: 'same',
  return: 'same',
} as const

/** Only the provider's word ends one; what had arrived may still be returned by the payee's bank. */
export const TRANSFER_STATES: StateTable<TransferRowState, TransferEvent> = {
  requested: under,
  submitted: { ...under, submit: 'same', lose: 'same' },
  wait_user: { ...under, submit: 'same', lose: 'same', wait_user: 'same' },
  unknown: { ...under, lose: 'same' },
  succeeded: { ...over, return: 'returned' },
  failed: over,
  cancelled: over,
  returned: over,
}
