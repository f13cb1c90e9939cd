import Type from 'typebox'
import { type AuditDeps, actorOf } from '#audit'
import type { Database } from '#kernel/db'
import { door } from '#kernel/http-refusals'
import { done } from '#kernel/outcome'
import { type Call, defineRoute, type Principal, type Route } from '#kernel/routes'
import { type DecideDeps, decide, type ProposalKind } from './decide.ts'
import { PAGE_ROWS_MAX, PAGE_ROWS_USUAL, REASON_LETTERS_MAX } from './limits.ts'
import { type Decision, judge, type Proposal } from './proposal.ts'
import { proposals } from './refusals.ts'
import { ProposalShape, proposalAnswer, SeenShape, State, strict } from './shapes.ts'
import { findProposal, listProposals } from './store.ts'

interface Deps extends AuditDeps {
  readonly db: Database
  /** Everything that can be proposed in this house. */
  readonly kinds: readonly ProposalKind[]
}

const area = 'proposals'
const BASE = '/api/v1/admin/proposals'
const ById = Type.Object({ id: Type.String({ maxLength: 64 }) }, strict)
const { proposal_unknown } = proposals.texts

export function proposalRoutes(deps: Deps): Route[] {
  const kinds = new Map(deps.kinds.map((kind) => [kind.kind, kind]))
  return [...readRoutes({ ...deps, kinds }), ...decideRoutes({ ...deps, kinds })]
}

function seenBy(kinds: DecideDeps['kinds'], one: Proposal, principal: Principal) {
  const kind = kinds.get(one.kind)
  const verdict = kind ? judge(one, 'approve', principal, kind.scope) : 'proposal_impossible'
  return {
    ...proposalAnswer(one),
    why_not: verdict === 'go' || verdict === 'repeat' ? null : verdict,
  }
}

const readRoutes = ({ db, clock, kinds }: DecideDeps): Route[] => [
  defineRoute({
    method: 'GET',
    url: BASE,
    scope: 'proposals:read',
    name: 'list_proposals',
    summary: 'What waits for a second person, and what was decided; newest first',
    area,
    query: Type.Object(
      {
        state: Type.Optional(State),
        limit: Type.Optional(
          Type.Integer({ minimum: 1, maximum: PAGE_ROWS_MAX, default: PAGE_ROWS_USUAL }),
        ),
        cursor: Type.Optional(Type.String({ maxLength: 100 })),
      },
      strict,
    ),
    answer: Type.Object(
      {
        items: Type.Array(SeenShape),
        next_cursor: Type.Union([Type.String(), Type.Null()]),
      },
      strict,
    ),
    refuses: { cursor_invalid: door.texts.cursor_invalid },
    handle: async ({ query, principal }) => {
      const { state, cursor, limit = PAGE_ROWS_USUAL } = query
      if (cursor !== undefined && !/^prp_[0-9a-z]{26}$/.test(cursor))
        return door.no('cursor_invalid')
      const now = clock.now()
      const rows = await listProposals(db, { state, before: cursor, now, rowsMax: limit + 1 })
      const last = rows.length > limit ? rows[limit - 1] : undefined
      return done({
        items: rows.slice(0, limit).map((one) => seenBy(kinds, one, principal)),
        next_cursor: last?.id ?? null,
      })
    },
  }),
  defineRoute({
    method: 'GET',
    url: `${BASE}/:id`,
    scope: 'proposals:read',
    name: 'get_proposal',
    summary: 'One proposal',
    area,
    params: ById,
    answer: SeenShape,
    refuses: { proposal_unknown },
    handle: async ({ params, principal }) => {
      const found = await findProposal(db, params.id, clock.now())
      return found ? done(seenBy(kinds, found, principal)) : proposals.no('proposal_unknown')
    },
  }),
]

function decideRoutes(deps: DecideDeps): Route[] {
  const decided = async (
    call: Pick<
      Call<unknown, unknown, { id: string }>,
      'params' | 'principal' | 'ip' | 'headers' | 'requestId'
    >,
    decision: Decision,
    reason?: string,
  ) => {
    const { principal, params } = call
    const want = { id: params.id, decision, reason, principal, actor: actorOf(call) }
    const outcome = await decide(deps, want)
    return outcome.ok ? done(proposalAnswer(outcome.value)) : outcome
  }
  const common = { method: 'POST', area, params: ById } as const
  return [
    defineRoute({
      ...common,
      scope: 'proposals:decide',
      url: `${BASE}/:id/approve`,
      name: 'approve_proposal',
      summary: 'Do what somebody else proposed; needs the scope of what is done',
      answer: ProposalShape,
      refuses: proposals.texts,
      handle: (call) => decided(call, 'approve'),
    }),
    defineRoute({
      ...common,
      scope: 'proposals:decide',
      url: `${BASE}/:id/reject`,
      name: 'reject_proposal',
      summary: 'Decide that it is not done',
      body: Type.Object(
        { reason: Type.String({ minLength: 1, maxLength: REASON_LETTERS_MAX }) },
        strict,
      ),
      answer: ProposalShape,
      refuses: proposals.texts,
      handle: (call) => decided(call, 'reject', call.body.reason),
    }),
    defineRoute({
      ...common,
      scope: 'proposals:decide',
      url: `${BASE}/:id/withdraw`,
      name: 'withdraw_proposal',
      summary: 'Take one’s own proposal back',
      answer: ProposalShape,
      refuses: proposals.texts,
      handle: (call) => decided(call, 'withdraw'),
    }),
  ]
}
