import type { StateTable } from '#kernel/states'

/**
 * `requested` waits for a second person. `approved` is not under way at the provider: not yet, or refused there, where
 * what has to go back is asked for again. `abnormal` did not reach the payer and needs a person; it may still succeed.
 * A success may be taken back days later, and then the money is ours again.
 */
export type RefundState =
  | 'requested'
  | 'approved'
  | 'submitted'
  | 'unknown'
  | 'succeeded'
  | 'failed'
  | 'abnormal'
  | 'rejected'
export type RefundEvent =
  | 'approve'
  | 'reject'
  | 'submit'
  | 'lose'
  | 'refuse'
  | 'succeed'
  | 'fail'
  | 'go_astray'

const under = {
  approve: 'same',
  reject: 'never',
  submit: 'submitted',
  lose: 'unknown',
  refuse: 'approved',
  succeed: 'succeeded',
  fail: 'failed',
  go_astray: 'abnormal',
} as const

export const REFUND_STATES: StateTable<RefundState, RefundEvent> = {
  requested: {
    ...{ approve: 'approved', reject: 'rejected', submit: 'never', lose: 'never', refuse: 'never' },
    ...{ succeed: 'never', fail: 'never', go_astray: 'never' },
  },
  approved: { ...under, refuse: 'same' },
  submitted: { ...under, submit: 'same', lose: 'same', refuse: 'never' },
  unknown: { ...under, lose: 'same' },
  succeeded: {
    ...{ approve: 'same', reject: 'never', submit: 'same', lose: 'same', refuse: 'never' },
    ...{ succeed: 'same', fail: 'failed', go_astray: 'abnormal' },
  },
  failed: {
    ...{ approve: 'same', reject: 'never', submit: 'same', lose: 'same', refuse: 'never' },
    ...{ succeed: 'succeeded', fail: 'same', go_astray: 'same' },
  },
  abnormal: {
    ...{ approve: 'same', reject: 'never', submit: 'same', lose: 'same', refuse: 'never' },
    ...{ succeed: 'succeeded', fail: 'failed', go_astray: 'same' },
  },
  rejected: {
    ...{ approve: 'never', reject: 'same', submit: 'never', lose: 'never', refuse: 'never' },
    ...{ succeed: 'never', fail: 'never', go_astray: 'never' },
  },
}

/** While it is one of these, its money is spoken for. */
export const REFUND_UNDER_WAY: ReadonlySet<RefundState> = new Set<RefundState>([
  'requested',
  'approved',
  'submitted',
  'unknown',
])

/** Where an event that moves a refund moves it. */
export const REFUND_AFTER: Readonly<Record<RefundEvent, RefundState>> = {
  approve: 'approved',
  reject: 'rejected',
  submit: 'submitted',
  lose: 'unknown',
  refuse: 'approved',
  succeed: 'succeeded',
  fail: 'failed',
  go_astray: 'abnormal',
}
