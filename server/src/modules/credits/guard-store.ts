import { sql } from 'kysely'
import { type Instant, rfc3339 } from '#kernel/clock'
import type { Database, Tx } from '#kernel/db'
import type { Every, Guard, Window } from './guard.ts'

interface Row {
  readonly owner: string
  readonly frozen_at: Date | null
  readonly frozen_reason: string | null
  readonly day_max: bigint | null
  readonly month_max: bigint | null
  readonly capped_since: Date | null
  readonly set_by_staff: boolean
}

const COLUMNS = sql`owner, frozen_at, frozen_reason, day_max, month_max, capped_since, set_by_staff`

const guardOf = (row: Row): Guard => ({
  frozen: row.frozen_at
    ? { at: row.frozen_at.toISOString(), reason: row.frozen_reason ?? '' }
    : undefined,
  dayMax: row.day_max ?? undefined,
  monthMax: row.month_max ?? undefined,
  cappedSince: row.capped_since ? (row.capped_since.getTime() as Instant) : undefined,
  setByStaff: row.set_by_staff,
})

/** A row that guards nothing any more says nothing. */
const SAYS_SOMETHING = sql`(frozen_at is not null or capped_since is not null)`

export async function readGuards(db: Database): Promise<Map<string, Guard>> {
  const { rows } = await sql<Row>`
    select ${COLUMNS} from credits.guards where ${SAYS_SOMETHING}
  `.execute(db)
  return new Map(rows.map((row) => [row.owner, guardOf(row)]))
}

export async function findGuard(db: Database | Tx, owner: string): Promise<Guard | undefined> {
  const { rows } = await sql<Row>`
    select ${COLUMNS} from credits.guards where owner = ${owner} and ${SAYS_SOMETHING}
  `.execute(db)
  return rows[0] && guardOf(rows[0])
}

const NOTHING: Guard = {
  ...{ frozen: undefined, dayMax: undefined, monthMax: undefined, cappedSince: undefined },
  setByStaff: false,
}

/** The guard as it is, its row locked until the end: made where there was none. */
export async function lockGuard(tx: Tx, owner: string): Promise<Guard> {
  await sql`
    insert into credits.guards (owner) values (${owner}) on conflict (owner) do nothing
  `.execute(tx)
  const { rows } = await sql<Row>`
    select ${COLUMNS} from credits.guards where owner = ${owner} for update
  `.execute(tx)
  return rows[0] ? guardOf(rows[0]) : NOTHING
}

export async function saveGuard(tx: Tx, owner: string, guard: Guard): Promise<void> {
  const since = guard.cappedSince
  await sql`
    update credits.guards
       set frozen_at = ${guard.frozen?.at ?? null}::timestamptz,
           frozen_reason = ${guard.frozen?.reason ?? null},
           day_max = ${guard.dayMax ?? null}::bigint, month_max = ${guard.monthMax ?? null}::bigint,
           capped_since = ${since === undefined ? null : rfc3339(since)}::timestamptz,
           set_by_staff = ${guard.setByStaff}
     where owner = ${owner}
  `.execute(tx)
}

const spelled = (windows: readonly Window[]) => sql`
  ${windows.map(({ who }) => who)}::text[], ${windows.map(({ every }) => every)}::text[],
  ${windows.map(({ starts }) => starts)}::date[]
`

/** Takes the amount out of all windows or of none; answers with the first that has no room for it. */
export async function reserve(
  db: Database,
  asset: string,
  windows: readonly Window[],
  amount: bigint,
): Promise<{ readonly window: Window; readonly spent: bigint } | undefined> {
  const { rows } = await sql<{ o_full: number | null; o_spent: bigint | null }>`
    select o_full, o_spent from credits.reserve(${asset}, ${spelled(windows)},
      ${windows.map(({ max }) => String(max))}::bigint[], ${amount}::bigint)
  `.execute(db)
  const window = windows[(rows[0]?.o_full ?? 0) - 1]
  return window && { window, spent: rows[0]?.o_spent ?? 0n }
}

export async function giveBack(
  db: Database,
  asset: string,
  windows: readonly Window[],
  amount: bigint,
): Promise<void> {
  await sql`
    select credits.give_back(${asset}, ${spelled(windows)}, ${amount}::bigint)
  `.execute(db)
}

/** What is used up of a window. */
export async function spentIn(
  db: Database,
  asset: string,
  { who, every, starts }: { readonly who: string; readonly every: Every; readonly starts: string },
): Promise<bigint> {
  const { rows } = await sql<{ spent: bigint }>`
    select spent from credits.spending
     where who = ${who} and asset = ${asset} and every = ${every} and starts = ${starts}::date
  `.execute(db)
  return rows[0]?.spent ?? 0n
}

/** Windows that are long over; no refund reaches back to them. */
export async function forgetSpending(db: Database, before: Instant): Promise<void> {
  await sql`
    delete from credits.spending where starts < ${rfc3339(before)}::timestamptz::date
  `.execute(db)
}
