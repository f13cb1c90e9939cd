import { type RawBuilder, sql } from 'kysely'
import { type Instant, rfc3339 } from '#kernel/clock'
import type { Database, Tx } from '#kernel/db'
import { type FactRow, factOf, type KeptFact } from './fact-store.ts'

/** Money that waits for a person, and what a person has to know of it. */
export interface Suspended extends KeptFact {
  /** What it was paid for, and whose that is; where a number of ours stood on it. */
  readonly subject: string | undefined
  readonly owner: string | undefined
  /** The same transaction was told of in other words, and those moved its value. */
  readonly settledOtherwise: boolean
  /** On its way back, and the provider says no for now, or that it is stuck there. */
  readonly waitsThere: 'refused_there' | 'stuck' | undefined
}

interface Row extends FactRow {
  readonly subject: string | null
  readonly owner: string | null
  readonly settled_otherwise: boolean
  readonly waits_there: 'refused_there' | 'stuck' | null
}

const WAITS_HERE = sql`
  (disposition = 'suspense' or (disposition = 'sent_back' and reserved + refunded < amount))
  and (amount is null or refunded < amount) and set_aside_at is null`
const REFUSED_THERE = sql`cause = 'sent_back' and state = 'approved' and why is not null`

/**
 * The newest that wait: what fits nothing, until somebody said that nothing is left to do, and what should have gone
 * back, but failed or is refused by the provider and asked for again. Each half goes by its own index and stops there.
 */
export const factsThatWait = (before: string | undefined, rowsMax: number) => {
  const older = (id: RawBuilder<unknown>) =>
    before === undefined ? sql`true` : sql`${id} < ${before}`
  return sql`
    (select id from payments.facts
      where ${WAITS_HERE} and ${older(sql`id`)}
      order by id desc limit ${rowsMax})
    union
    (select fact_id from payments.refunds
      where ask_at is not null and ${REFUSED_THERE} and ${older(sql`fact_id`)}
      order by fact_id desc limit ${rowsMax})`
}

/** Another fact of the transaction has moved its value, or went back: at this account or at another of its merchant. */
const SETTLED_OTHERWISE = sql`
  exists (select from payments.accounts c
            join payments.facts g on g.channel = c.channel and g.account = c.name and g.txn = f.txn
           where c.channel = f.channel
             and (c.name = f.account or (c.merchant = f.merchant and c.livemode = f.livemode))
             and g.id <> f.id and (g.disposition <> 'suspense' or g.reserved + g.refunded > 0))`

const SUSPENDED = sql`
  select f.*, a.subject, a.owner,
         ${SETTLED_OTHERWISE} as settled_otherwise,
         (select case state when 'abnormal' then 'stuck' else 'refused_there' end from payments.refunds
           where fact_id = f.id and (${REFUSED_THERE} or (cause = 'sent_back' and state = 'abnormal'))
           order by id desc limit 1) as waits_there
    from payments.facts f left join payments.attempts a on a.id = f.attempt_id`

const suspendedOf = (row: Row): Suspended => ({
  ...factOf(row),
  ...{ subject: row.subject ?? undefined, owner: row.owner ?? undefined },
  ...{ settledOtherwise: row.settled_otherwise, waitsThere: row.waits_there ?? undefined },
})

export async function listSuspense(
  db: Database,
  before: string | undefined,
  rowsMax: number,
): Promise<Suspended[]> {
  const { rows } = await sql<Row>`
    ${SUSPENDED}
     where f.id in (${factsThatWait(before, rowsMax)})
     order by f.id desc limit ${rowsMax}
  `.execute(db)
  return rows.map(suspendedOf)
}

/** For whoever decides what becomes of it: all of them queue here. */
export async function lockSuspendedFact(tx: Tx, id: string): Promise<Suspended | undefined> {
  const { rows } = await sql<Row>`${SUSPENDED} where f.id = ${id} for update of f`.execute(tx)
  return rows[0] && suspendedOf(rows[0])
}

export async function setAsideFact(tx: Tx, id: string, at: Instant): Promise<void> {
  await sql`update payments.facts set set_aside_at = ${rfc3339(at)}::timestamptz where id = ${id}`.execute(
    tx,
  )
}

/** Those of these attempts whose money waits for a person. */
export async function suspendedAmong(
  db: Database,
  attemptIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ readonly attempt_id: string }>`
    select distinct attempt_id from payments.facts f
     where attempt_id = any(${[...attemptIds]})
       and ((${WAITS_HERE} and not ${SETTLED_OTHERWISE})
            or exists (select from payments.refunds
                        where fact_id = f.id and ask_at is not null and ${REFUSED_THERE}))
  `.execute(db)
  return new Set(rows.map(({ attempt_id }) => attempt_id))
}
