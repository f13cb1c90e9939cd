import { sql } from 'kysely'
import { type Clock, type Instant, rfc3339 } from '#kernel/clock'
import type { Database, Tx } from '#kernel/db'
import { invariant } from '#kernel/invariant'
import type { Facts } from '#kernel/outcome'
import { statesThatAccept } from '#kernel/states'
import { type Decision, MOVES, type Proposal, type State, stateAt } from './proposal.ts'

interface Row {
  readonly id: string
  readonly kind: string
  readonly payload: Facts
  readonly reason: string
  readonly proposed_by: string
  readonly answers_for: string
  readonly gains: string | null
  readonly asked: string
  readonly proposed_at: Date
  readonly expires_at: Date
  readonly state: State
  readonly decided_by: string | null
  readonly decided_at: Date | null
  readonly decision_reason: string | null
  readonly result: Facts | null
}

const COLUMNS = sql`id, kind, payload, reason, proposed_by, answers_for, gains, asked, proposed_at,
  expires_at, state, decided_by, decided_at, decision_reason, result`

const proposalOf = (row: Row, now: Instant): Proposal => ({
  id: row.id,
  kind: row.kind,
  payload: row.payload,
  reason: row.reason,
  proposedBy: row.proposed_by,
  answersFor: row.answers_for,
  gains: row.gains,
  proposedAt: row.proposed_at.toISOString(),
  expiresAt: row.expires_at.toISOString(),
  state: stateAt(row.state, row.expires_at, now),
  decidedBy: row.decided_by,
  decidedAt: row.decided_at?.toISOString() ?? null,
  decisionReason: row.decision_reason,
  result: row.result,
})

export interface NewProposal {
  readonly id: string
  readonly kind: string
  readonly payload: Facts
  readonly reason: string
  readonly proposedBy: string
  readonly answersFor: string
  readonly gains: string | undefined
  readonly key: string
  readonly asked: string
  readonly proposedAt: string
  readonly expiresAt: string
}

/** False where the proposer has used this key before. */
export async function insertProposal(tx: Tx, one: NewProposal): Promise<boolean> {
  const { rows } = await sql`
    insert into proposals.proposals
      (id, kind, payload, reason, proposed_by, answers_for, gains, key, asked, proposed_at, expires_at)
    values (
      ${one.id}, ${one.kind}, ${JSON.stringify(one.payload)}::json, ${one.reason}, ${one.proposedBy},
      ${one.answersFor}, ${one.gains ?? null}, ${one.key}, ${one.asked},
      ${one.proposedAt}::timestamptz, ${one.expiresAt}::timestamptz
    )
    on conflict (proposed_by, key) do nothing
    returning id
  `.execute(tx)
  return rows.length > 0
}

export async function findByKey(
  tx: Tx,
  proposedBy: string,
  key: string,
  now: Instant,
): Promise<{ readonly proposal: Proposal; readonly asked: string } | undefined> {
  const { rows } = await sql<Row>`
    select ${COLUMNS} from proposals.proposals where proposed_by = ${proposedBy} and key = ${key}
  `.execute(tx)
  return rows[0] && { proposal: proposalOf(rows[0], now), asked: rows[0].asked }
}

export async function findProposal(
  db: Database,
  id: string,
  now: Instant,
): Promise<Proposal | undefined> {
  const { rows } = await sql<Row>`
    select ${COLUMNS} from proposals.proposals where id = ${id}
  `.execute(db)
  return rows[0] && proposalOf(rows[0], now)
}

/** The clock is asked behind the lock: whoever waited for another decision is not earlier than it. */
export async function lockProposal(
  tx: Tx,
  id: string,
  clock: Clock,
): Promise<Proposal | undefined> {
  const { rows } = await sql<Row>`
    select ${COLUMNS} from proposals.proposals where id = ${id} for update
  `.execute(tx)
  return rows[0] && proposalOf(rows[0], clock.now())
}

export async function saveDecision(
  tx: Tx,
  id: string,
  made: {
    readonly decision: Decision
    readonly by: string
    readonly at: Instant
    readonly reason: string | undefined
    readonly result: Facts | undefined
  },
): Promise<Proposal> {
  const { decision, by, at, reason, result } = made
  const { rows } = await sql<Row>`
    update proposals.proposals
       set state = ${MOVES.proposed[decision]}, decided_by = ${by}, decided_at = ${rfc3339(at)}::timestamptz,
           decision_reason = ${reason ?? null},
           result = ${result === undefined ? null : JSON.stringify(result)}::json
     where id = ${id} and state = any(${statesThatAccept(MOVES, decision)})
    returning ${COLUMNS}
  `.execute(tx)
  const [row] = rows
  invariant(row !== undefined, 'PR2', `${id} was decided meanwhile`)
  return proposalOf(row, at)
}

/** How many wait for a second person now, up to a bound. */
export async function countOpen(db: Database, now: Instant, countMax: number): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::integer as count from (
      select from proposals.proposals
       where state = 'proposed' and expires_at > ${rfc3339(now)}::timestamptz limit ${countMax}) p
  `.execute(db)
  return rows[0]?.count ?? 0
}

/** Newest first; the id sorts by birth, so it is the place in the list. */
export async function listProposals(
  db: Database,
  want: {
    readonly state: State | undefined
    readonly before: string | undefined
    readonly now: Instant
    readonly rowsMax: number
  },
): Promise<Proposal[]> {
  const { state, before, now, rowsMax } = want
  const over = sql`expires_at <= ${rfc3339(now)}::timestamptz`
  const inState =
    state === undefined
      ? sql`true`
      : state === 'expired'
        ? sql`state = 'proposed' and ${over}`
        : sql`state = ${state} and (state <> 'proposed' or not ${over})`
  const { rows } = await sql<Row>`
    select ${COLUMNS} from proposals.proposals
     where ${inState} and ${before === undefined ? sql`true` : sql`id < ${before}`}
     order by id desc
     limit ${rowsMax}
  `.execute(db)
  return rows.map((row) => proposalOf(row, now))
}
