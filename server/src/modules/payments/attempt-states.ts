import type { StateTable } from '#kernel/states'

/** `unknown`: we asked, and nobody knows what came of it. A success may come to whatever was not paid. */
export type AttemptState = 'created' | 'submitted' | 'unknown' | 'succeeded' | 'failed' | 'closed'
export type AttemptEvent = 'submit' | 'lose' | 'succeed' | 'fail' | 'close'

const open = {
  submit: 'submitted',
  lose: 'unknown',
  succeed: 'succeeded',
  fail: 'failed',
  close: 'closed',
} as const

export const ATTEMPT_STATES: StateTable<AttemptState, AttemptEvent> = {
  created: open,
  submitted: { ...open, submit: 'same', lose: 'same' },
  unknown: { ...open, lose: 'same' },
  // Paid is absorbing.
  succeeded: { submit: 'same', lose: 'same', succeed: 'same', fail: 'same', close: 'same' },
  failed: { submit: 'never', lose: 'never', succeed: 'succeeded', fail: 'same', close: 'same' },
  closed: { submit: 'never', lose: 'never', succeed: 'succeeded', fail: 'same', close: 'same' },
}
