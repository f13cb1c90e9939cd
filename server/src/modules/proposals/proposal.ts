import type { Instant } from '#kernel/clock'
import type { Facts } from '#kernel/outcome'
import type { Principal } from '#kernel/routes'
import { type StateTable, statesThatAccept } from '#kernel/states'

export const STATES = ['proposed', 'approved', 'rejected', 'withdrawn', 'expired'] as const
export type State = (typeof STATES)[number]
export type Decision = 'approve' | 'reject' | 'withdraw'

/** What one person wants and another one has to decide. Times are RFC 3339. */
export interface Proposal {
  readonly id: string
  readonly kind: string
  /** What exactly is to be done, in the words of the module whose kind it is. */
  readonly payload: Facts
  readonly reason: string
  readonly proposedBy: string
  /** The person behind it: the proposer, or who made the key that asked. */
  readonly answersFor: string
  /** The person it is for. */
  readonly gains: string | null
  readonly proposedAt: string
  readonly expiresAt: string
  readonly state: State
  readonly decidedBy: string | null
  readonly decidedAt: string | null
  readonly decisionReason: string | null
  readonly result: Facts | null
}

/** To expire needs nobody and no job: it is read off the clock, and never written down. */
export const MOVES: StateTable<State, Decision | 'expire'> = {
  proposed: { approve: 'approved', reject: 'rejected', withdraw: 'withdrawn', expire: 'expired' },
  approved: { approve: 'same', reject: 'never', withdraw: 'never', expire: 'never' },
  rejected: { approve: 'never', reject: 'same', withdraw: 'never', expire: 'never' },
  withdrawn: { approve: 'never', reject: 'never', withdraw: 'same', expire: 'never' },
  expired: { approve: 'never', reject: 'never', withdraw: 'never', expire: 'same' },
}

const MAY_EXPIRE: ReadonlySet<State> = new Set(statesThatAccept(MOVES, 'expire'))

export const stateAt = (written: State, expiresAt: Date, now: Instant): State =>
  MAY_EXPIRE.has(written) && expiresAt.getTime() <= now ? 'expired' : written

export type Verdict =
  | 'go'
  | 'repeat'
  | 'proposal_closed'
  | 'proposal_expired'
  | 'proposal_not_yours'
  | 'second_person_needed'
  | 'decider_scope_needed'

type Decider = Pick<Principal, 'kind' | 'id' | 'scopes'>

/** May this principal decide this? Whoever decided it so before gets the same answer again. */
export function judge(
  proposal: Proposal,
  decision: Decision,
  decider: Decider,
  scope: string,
): Verdict {
  const isMaker = [proposal.proposedBy, proposal.answersFor].includes(decider.id)
  if (decision === 'withdraw') {
    if (!isMaker) return 'proposal_not_yours'
  } else {
    if (decider.kind !== 'person' || isMaker || decider.id === proposal.gains)
      return 'second_person_needed'
    if (!decider.scopes.has(scope)) return 'decider_scope_needed'
  }
  const move = MOVES[proposal.state][decision]
  if (move === 'same') return proposal.decidedBy === decider.id ? 'repeat' : 'proposal_closed'
  if (move !== 'never') return 'go'
  return proposal.state === 'expired' ? 'proposal_expired' : 'proposal_closed'
}
