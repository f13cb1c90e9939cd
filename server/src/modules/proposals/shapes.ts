import Type from 'typebox'
import { type Proposal, STATES } from './proposal.ts'

export const strict = { additionalProperties: false } as const
const orNull = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()])
const Time = Type.String({ description: 'RFC 3339, UTC' })
const Facts = Type.Record(Type.String(), Type.Unknown())
export const State = Type.Enum([...STATES])

export const ProposalShape = Type.Object(
  {
    proposal_id: Type.String(),
    kind: Type.String(),
    state: State,
    payload: Facts,
    reason: Type.String(),
    proposed_by: Type.String(),
    proposed_at: Time,
    expires_at: Time,
    decided_by: orNull(Type.String()),
    decided_at: orNull(Time),
    decision_reason: orNull(Type.String()),
    result: orNull(Facts),
  },
  strict,
)

/** As whoever looks at it sees it. */
export const SeenShape = Type.Object(
  {
    ...ProposalShape.properties,
    why_not: orNull(
      Type.String({ description: 'Why whoever asks cannot approve it; null where they can' }),
    ),
  },
  strict,
)

export const proposalAnswer = (one: Proposal) => ({
  proposal_id: one.id,
  kind: one.kind,
  state: one.state,
  payload: { ...one.payload },
  reason: one.reason,
  proposed_by: one.proposedBy,
  proposed_at: one.proposedAt,
  expires_at: one.expiresAt,
  decided_by: one.decidedBy,
  decided_at: one.decidedAt,
  decision_reason: one.decisionReason,
  result: one.result === null ? null : { ...one.result },
})
