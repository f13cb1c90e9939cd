import { hash } from 'node:crypto'
import { type Actor, type AuditDeps, writeAudit } from '#audit'
import { type Instant, rfc3339 } from '#kernel/clock'
import type { Tx } from '#kernel/db'
import { invariant } from '#kernel/invariant'
import { tell } from '#kernel/outbox'
import type { Facts } from '#kernel/outcome'
import { PROPOSAL_LIFE_MS } from './limits.ts'
import type { Proposal } from './proposal.ts'
import { findByKey, insertProposal } from './store.ts'

interface Asked {
  readonly actor: Actor
  /** What the proposer calls this intent; unique for them. */
  readonly key: string
  /** The request, spelled canonically. */
  readonly request: string
}

export interface Wanted extends Asked {
  readonly kind: string
  readonly payload: Facts
  readonly reason: string
  readonly answersFor: string
  readonly gains?: string | undefined
}

/** The proposal this key made before; `other` where it was made for another request. */
export async function earlierProposal(
  tx: Tx,
  deps: AuditDeps,
  { actor, key, request }: Asked,
): Promise<Proposal | 'other' | undefined> {
  const earlier = await findByKey(tx, actor.id, key, deps.clock.now())
  if (!earlier) return undefined
  return earlier.asked === hash('sha256', request) ? earlier.proposal : 'other'
}

/** Writes down, in the caller's transaction, what somebody else has to decide before it happens. */
export async function propose(tx: Tx, deps: AuditDeps, want: Wanted): Promise<Proposal | 'other'> {
  const { actor, kind, payload, reason } = want
  const now = deps.clock.now()
  const id = deps.newId('prp')
  const isNew = await insertProposal(tx, {
    ...{ id, kind, payload, reason, key: want.key, gains: want.gains },
    proposedBy: actor.id,
    answersFor: want.answersFor,
    asked: hash('sha256', want.request),
    proposedAt: rfc3339(now),
    expiresAt: rfc3339((now + PROPOSAL_LIFE_MS) as Instant),
  })
  const proposal = await earlierProposal(tx, deps, want)
  invariant(proposal !== undefined, 'PR4', 'a proposal was not kept')
  if (!isNew) return proposal
  await writeAudit(tx, deps, actor, {
    action: 'proposals.made',
    target: { kind: 'proposal', id },
    after: { ...payload, kind },
    reason,
    result: 'done',
  })
  await tell(tx, deps.clock, {
    topic: 'proposals.made',
    data: { proposal_id: id, kind, proposed_by: actor.id },
  })
  return proposal
}
