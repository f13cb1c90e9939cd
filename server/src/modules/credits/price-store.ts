import { type RawBuilder, sql } from 'kysely'
import { type Instant, rfc3339 } from '#kernel/clock'
import type { Database, Tx } from '#kernel/db'
import type { PriceRule } from './price-rule.ts'

/** A rule with its number and the instant from which it holds. Times are RFC 3339. */
export interface PriceVersion {
  readonly action: string
  readonly version: number
  readonly rule: PriceRule
  readonly effectiveAt: string
  readonly publishedAt: string
  readonly publishedBy: string
  readonly reason: string
}

interface Row {
  readonly action: string
  readonly version: number
  readonly rule: PriceRule
  readonly effective_at: Date
  readonly published_at: Date
  readonly published_by: string
  readonly reason: string
}

const COLUMNS = sql`action, version, rule, effective_at, published_at, published_by, reason`

/** What the migration that made the book wrote as its reason; its rows cannot be changed (P2), so they are read as a code. */
const WRITTEN_AT_FIRST = 'the prices an installation starts with'

/** Why the house itself set a price: a word that pages know in each language, as nobody wrote a sentence. */
const FIRST_PRICES = 'first_prices'

const reasonOf = ({ published_by, reason }: Row): string =>
  published_by === 'migration' && reason === WRITTEN_AT_FIRST ? FIRST_PRICES : reason

const versionOf = (row: Row): PriceVersion => ({
  action: row.action,
  version: row.version,
  rule: row.rule,
  effectiveAt: row.effective_at.toISOString(),
  publishedAt: row.published_at.toISOString(),
  publishedBy: row.published_by,
  reason: reasonOf(row),
})

/** Any number that no other lock of ours begins with. */
const LOCK_SPACE = 7_468_021

/** Publishers of one action queue here, so that each sees the number the one before it took. */
export async function lockAction(tx: Tx, action: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(${LOCK_SPACE}, hashtext(${action}))`.execute(tx)
}

/** 0 where the action has no price yet. */
export async function newestVersion(tx: Tx, action: string): Promise<number> {
  const { rows } = await sql<{ version: number | null }>`
    select max(version) as version from credits.prices where action = ${action}
  `.execute(tx)
  return rows[0]?.version ?? 0
}

export async function insertPrice(tx: Tx, price: PriceVersion): Promise<void> {
  await sql`
    insert into credits.prices
      (action, version, rule, effective_at, published_at, published_by, reason)
    values (
      ${price.action}, ${price.version}, ${JSON.stringify(price.rule)}::json,
      ${price.effectiveAt}::timestamptz, ${price.publishedAt}::timestamptz,
      ${price.publishedBy}, ${price.reason}
    )
  `.execute(tx)
}

/** Every version of every action: for each action the one in force first, whatever the instant. */
export async function readPrices(db: Database | Tx): Promise<PriceVersion[]> {
  const { rows } = await sql<Row>`
    select ${COLUMNS} from credits.prices order by action, effective_at desc, version desc
  `.execute(db)
  return rows.map(versionOf)
}

export interface PricePlace {
  readonly action: string
  readonly version: number
}

export interface ListedPrice extends PriceVersion {
  readonly state: 'superseded' | 'in_force' | 'scheduled'
}

/** By action, the newest version first. */
export async function listPrices(
  db: Database,
  want: {
    readonly action?: string | undefined
    readonly after?: PricePlace | undefined
    readonly now: Instant
    readonly limit: number
  },
): Promise<ListedPrice[]> {
  const { action, after, now, limit } = want
  const { rows } = await sql<Row & Pick<ListedPrice, 'state'>>`
    select ${COLUMNS},
           case when effective_at > ${rfc3339(now)}::timestamptz then 'scheduled'
                when version = ${inForceAt(now)} then 'in_force'
                else 'superseded' end as state
      from credits.prices p
     where ${action === undefined ? sql`true` : sql`action = ${action}`}
       and ${after === undefined ? sql`true` : beyond(after)}
     order by action, version desc
     limit ${limit}
  `.execute(db)
  return rows.map(({ state, ...row }) => ({ ...versionOf(row), state }))
}

const inForceAt = (now: Instant): RawBuilder<unknown> => sql`(
  select f.version from credits.prices f
   where f.action = p.action and f.effective_at <= ${rfc3339(now)}::timestamptz
   order by f.effective_at desc, f.version desc
   limit 1
)`

const beyond = ({ action, version }: PricePlace): RawBuilder<unknown> =>
  sql`(action > ${action} or (action = ${action} and version < ${version}))`
