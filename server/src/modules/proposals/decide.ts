import { type Actor, type AuditDeps, writeAudit } from '#audit'
import { type Database, inTx, type Tx } from '#kernel/db'
import { tell } from '#kernel/outbox'
import { done, type Facts, type Outcome } from '#kernel/outcome'
import type { Principal } from '#kernel/routes'
import { type Decision, judge, type Proposal, type Verdict } from './proposal.ts'
import { proposals } from './refusals.ts'
import { lockProposal, saveDecision } from './store.ts'

/** What can be proposed, as the module that does it registers it. */
export interface ProposalKind {
  /** `module.what`. */
  readonly kind: string
  /** What a person must hold to decide it. */
  readonly scope: string
  /** Does it, in the transaction of the decision. Where it says no, it has changed nothing. */
  readonly execute: (tx: Tx, proposal: Proposal, approver: Actor) => Promise<Executed>
  /** Lets go of what was kept ready for it, in the transaction of a no. */
  readonly dismiss?: (tx: Tx, proposal: Proposal) => Promise<void>
}
export type Executed =
  | { readonly ok: true; readonly result: Facts }
  | { readonly ok: false; readonly why: string }

export interface DecideDeps extends AuditDeps {
  readonly db: Database
  readonly kinds: ReadonlyMap<string, ProposalKind>
}

type DecideNo = Exclude<Verdict, 'go' | 'repeat'> | 'proposal_unknown' | 'proposal_impossible'

/** Decides a proposal once; what it asks for is done here, in one transaction, or not at all. */
export function decide(
  deps: DecideDeps,
  want: {
    readonly id: string
    readonly decision: Decision
    readonly reason?: string | undefined
    readonly principal: Principal
    readonly actor: Actor
  },
): Promise<Outcome<Proposal, DecideNo>> {
  const { decision, actor, reason } = want
  return inTx(deps.db, async (tx) => {
    const proposal = await lockProposal(tx, want.id, deps.clock)
    if (!proposal) return proposals.no('proposal_unknown')
    const kind = deps.kinds.get(proposal.kind)
    if (!kind) return proposals.no('proposal_impossible', { why: 'kind_unknown' })
    const verdict = judge(proposal, decision, want.principal, kind.scope)
    if (verdict === 'repeat') return done(proposal)
    if (verdict !== 'go') return proposals.no(verdict, { state: proposal.state, scope: kind.scope })
    let result: Facts | undefined
    if (decision === 'approve') {
      const executed = await kind.execute(tx, proposal, actor)
      if (!executed.ok) return proposals.no('proposal_impossible', { why: executed.why })
      result = executed.result
    } else await kind.dismiss?.(tx, proposal)
    const at = deps.clock.now()
    const decided = await saveDecision(tx, proposal.id, {
      decision,
      by: actor.id,
      at,
      reason,
      result,
    })
    await writeDown(tx, deps, actor, decided)
    return done(decided)
  })
}

async function writeDown(tx: Tx, deps: AuditDeps, actor: Actor, decided: Proposal): Promise<void> {
  const { id, kind, state, payload, answersFor, decisionReason } = decided
  await writeAudit(tx, deps, actor, {
    action: 'proposals.decided',
    target: { kind: 'proposal', id },
    before: { state: 'proposed' },
    after: { ...payload, kind, state },
    ...(decisionReason !== null && { reason: decisionReason }),
    result: 'done',
  })
  await tell(tx, deps.clock, {
    topic: 'proposals.decided',
    owner: answersFor,
    data: { proposal_id: id, kind, state },
  })
}
