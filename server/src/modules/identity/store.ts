import { type Selectable, sql } from 'kysely'
import { type Clock, rfc3339 } from '#kernel/clock'
import type { IdentityPeople } from '#kernel/database-types'
import { ask, type Database, type Prepared, type Tx } from '#kernel/db'
import { SESSION_LIFE_S, SESSION_RENEWED_EVERY_S, SIGN_IN_RECENT_S } from './limits.ts'
import type { Person, ThemeMode } from './person.ts'
import type { Role } from './scopes.ts'

const PERSON = [
  'id',
  'name',
  'email',
  'email_verified',
  'two_factor_enabled',
  'roles',
  'locale',
  'time_zone',
  'theme_mode',
  'theme_palette',
  'created_at',
  'banned_at',
  'ban_reason',
] as const

type PersonRow = Pick<Selectable<IdentityPeople>, (typeof PERSON)[number]>

const personOf = (row: PersonRow): Person => ({
  id: row.id,
  name: row.name,
  email: row.email,
  emailVerified: row.email_verified,
  secondFactor: row.two_factor_enabled,
  roles: row.roles,
  locale: row.locale,
  timeZone: row.time_zone,
  themeMode: row.theme_mode,
  themePalette: row.theme_palette,
  createdAt: row.created_at.toISOString(),
  bannedAt: row.banned_at?.toISOString() ?? null,
  banReason: row.ban_reason,
})

const selectPeople = (db: Database | Tx) => db.selectFrom('identity.people').select(PERSON)

export async function findPerson(db: Database | Tx, id: string): Promise<Person | undefined> {
  const row = await selectPeople(db).where('id', '=', id).executeTakeFirst()
  return row && personOf(row)
}

const OF_SESSION: Prepared = {
  name: 'identity-person-of-session',
  text: `
    select ${PERSON.map((column) => `p.${column}`).join(', ')}, s.expires_at < clock_timestamp() + $2::interval as is_due
      from identity.sessions s join identity.people p on p.id = s.person_id
     where s.id = $1 and s.expires_at > clock_timestamp()`,
}

/** Whose session that stands this is, and whether it is time to write down that it goes on. */
export async function findPersonOfSession(
  db: Database,
  sessionId: string,
): Promise<{ readonly person: Person; readonly isDue: boolean } | undefined> {
  const [row] = await ask<PersonRow & { readonly is_due: boolean }>(db, OF_SESSION, [
    sessionId,
    `${SESSION_LIFE_S - SESSION_RENEWED_EVERY_S} s`,
  ])
  return row && { person: personOf(row), isDue: row.is_due }
}

export async function findPersonByEmail(
  db: Database | Tx,
  email: string,
): Promise<Person | undefined> {
  const row = await selectPeople(db).where('email', '=', email.toLowerCase()).executeTakeFirst()
  return row && personOf(row)
}

export async function lockPerson(tx: Tx, id: string): Promise<Person | undefined> {
  const row = await selectPeople(tx).where('id', '=', id).forUpdate().executeTakeFirst()
  return row && personOf(row)
}

export interface PeopleWanted {
  readonly search: string | undefined
  readonly role: string | undefined
  readonly before: { readonly at: string; readonly id: string } | undefined
  readonly limit: number
}

/** Newest first; the pair (birth, id) is the place in the list, so a page neither repeats nor skips. */
export async function listPeople(db: Database, want: PeopleWanted): Promise<Person[]> {
  const { search, role, before } = want
  let query = selectPeople(db)
  if (search !== undefined) {
    const like = `%${escapeLike(search)}%`
    query = query.where((has) =>
      has.or([has('email', 'ilike', like), has('name', 'ilike', like), has('id', '=', search)]),
    )
  }
  if (role !== undefined) query = query.where(sql<boolean>`${role} = any(roles)`)
  if (before)
    query = query.where(sql<boolean>`(created_at, id) < (${before.at}::timestamptz, ${before.id})`)
  const rows = await query
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(want.limit)
    .execute()
  return rows.map(personOf)
}

const escapeLike = (text: string): string => text.replace(/[\\%_]/g, '\\$&')

const updatePerson = (tx: Tx, id: string) => tx.updateTable('identity.people').where('id', '=', id)

export async function confirmEmail(tx: Tx, id: string): Promise<void> {
  await updatePerson(tx, id).set({ email_verified: true }).execute()
}

export async function setRoles(tx: Tx, id: string, roles: readonly Role[]): Promise<void> {
  await updatePerson(tx, id)
    .set({ roles: [...roles] })
    .execute()
}

/** Every admin's row, locked in id order: two admins who demote each other queue, and the second is refused. */
export async function lockAdmins(tx: Tx): Promise<string[]> {
  const rows = await tx
    .selectFrom('identity.people')
    .select('id')
    .where(sql<boolean>`'admin' = any(roles)`)
    .where('banned_at', 'is', null)
    .orderBy('id')
    .forUpdate()
    .execute()
  return rows.map(({ id }) => id)
}

export async function setBan(
  tx: Tx,
  id: string,
  ban: { readonly at: string; readonly reason: string } | null,
): Promise<void> {
  await updatePerson(tx, id)
    .set({ banned_at: ban?.at ?? null, ban_reason: ban?.reason ?? null })
    .execute()
}

export interface Preferences {
  readonly name?: string
  readonly locale?: 'zh-CN' | 'en'
  readonly timeZone?: string
  readonly themeMode?: ThemeMode
  readonly themePalette?: string | null
}

/** What is not named stays as it is; a palette of null goes back to the role's own. */
export async function savePreferences(tx: Tx, id: string, want: Preferences): Promise<void> {
  const changes = {
    ...(want.name !== undefined && { name: want.name }),
    ...(want.locale !== undefined && { locale: want.locale }),
    ...(want.timeZone !== undefined && { time_zone: want.timeZone }),
    ...(want.themeMode !== undefined && { theme_mode: want.themeMode }),
    ...(want.themePalette !== undefined && { theme_palette: want.themePalette }),
  }
  if (Object.keys(changes).length > 0) await updatePerson(tx, id).set(changes).execute()
}

export interface SessionRow {
  readonly id: string
  readonly ip_address: string | null
  readonly user_agent: string | null
  readonly created_at: Date
  readonly updated_at: Date
  readonly expires_at: Date
}

// Sessions live by the wall's clock, not by business time: moving the test clock must sign nobody out.
export const listSessions = (db: Database, personId: string): Promise<SessionRow[]> =>
  db
    .selectFrom('identity.sessions')
    .select(['id', 'ip_address', 'user_agent', 'created_at', 'updated_at', 'expires_at'])
    .where('person_id', '=', personId)
    .where('expires_at', '>', sql<Date>`clock_timestamp()`)
    .orderBy('updated_at', 'desc')
    .orderBy('id')
    .execute()

/** By the machine's clock, like all sessions. */
export async function isRecentSession(db: Database, id: string): Promise<boolean> {
  const row = await db
    .selectFrom('identity.sessions')
    .select('id')
    .where('id', '=', id)
    .where(
      'created_at',
      '>',
      sql<Date>`clock_timestamp() - make_interval(secs => ${SIGN_IN_RECENT_S})`,
    )
    .executeTakeFirst()
  return row !== undefined
}

/** Ends one session, or all but one, or all; returns how many ended. */
export async function endSessions(
  tx: Tx,
  personId: string,
  which: { readonly only?: string; readonly except?: string },
): Promise<number> {
  let query = tx.deleteFrom('identity.sessions').where('person_id', '=', personId)
  if (which.only !== undefined) query = query.where('id', '=', which.only)
  if (which.except !== undefined) query = query.where('id', '<>', which.except)
  return (await query.returning('id').execute()).length
}

export async function endSessionsIfBanned(tx: Tx, personId: string): Promise<boolean> {
  const person = await findPerson(tx, personId)
  if (!person || person.bannedAt === null) return false
  await endSessions(tx, personId, {})
  return true
}

export async function insertOwnerOfPerson(tx: Tx, clock: Clock, personId: string): Promise<void> {
  await tx
    .insertInto('identity.owners')
    .values({ id: personId, person_id: personId, created_at: rfc3339(clock.now()) })
    .execute()
}

export async function findOwnerByExternalId(
  db: Database | Tx,
  externalId: string,
): Promise<string | undefined> {
  const row = await db
    .selectFrom('identity.owners')
    .select('id')
    .where('external_id', '=', externalId)
    .executeTakeFirst()
  return row?.id
}

/** Those of them that an app knows by its own id, by owner. */
export async function listExternalIds(
  db: Database | Tx,
  owners: readonly string[],
): Promise<Map<string, string>> {
  const rows = await db
    .selectFrom('identity.owners')
    .select(['id', 'external_id'])
    .where('id', 'in', [...owners, ''])
    .where('external_id', 'is not', null)
    .execute()
  return new Map(rows.map(({ id, external_id }) => [id, external_id ?? '']))
}

const BY_EXTERNAL_ID: Prepared = {
  name: 'identity-owners-by-external-id',
  text: 'select id, external_id from identity.owners where external_id = any($1::text[])',
}

/** The owners that these external ids have, by external id; in one statement, because many ask at once. */
export async function findOwnersByExternalId(
  db: Database,
  externalIds: readonly string[],
): Promise<Map<string, string>> {
  const rows = await ask<{ id: string; external_id: string }>(db, BY_EXTERNAL_ID, [externalIds])
  return new Map(rows.map(({ id, external_id }) => [external_id, id]))
}

const BY_ID: Prepared = {
  name: 'identity-owners-by-id',
  text: 'select id from identity.owners where id = any($1::text[])',
}

/** Those of these ids that are owners. */
export async function knownOwners(
  db: Database,
  ids: readonly string[],
): Promise<Map<string, string>> {
  const rows = await ask<{ id: string }>(db, BY_ID, [ids])
  return new Map(rows.map(({ id }) => [id, id]))
}

export async function isOwner(db: Database | Tx, id: string): Promise<boolean> {
  const row = await db
    .selectFrom('identity.owners')
    .select('id')
    .where('id', '=', id)
    .executeTakeFirst()
  return row !== undefined
}

/** True when this call made the owner; false when another one was quicker. */
export async function insertExternalOwner(
  db: Database | Tx,
  owner: { readonly id: string; readonly externalId: string; readonly at: string },
): Promise<boolean> {
  const rows = await db
    .insertInto('identity.owners')
    .values({ id: owner.id, external_id: owner.externalId, created_at: owner.at })
    .onConflict((conflict) => conflict.column('external_id').doNothing())
    .returning('id')
    .execute()
  return rows.length > 0
}

// By the machine's clock, like the code itself.
const CODE_HOLDS = sql<Date>`clock_timestamp() - interval '5 minutes'`

/** True the first time a code is used, false while it might be used again. The primary key judges. */
export async function spendCode(tx: Tx, personId: string, code: string): Promise<boolean> {
  await tx
    .deleteFrom('identity.spent_codes')
    .where('person_id', '=', personId)
    .where('spent_at', '<', CODE_HOLDS)
    .execute()
  const rows = await tx
    .insertInto('identity.spent_codes')
    .values({ person_id: personId, code, spent_at: sql<Date>`clock_timestamp()` })
    .onConflict((conflict) => conflict.doNothing())
    .returning('code')
    .execute()
  return rows.length > 0
}

/** Forgets what has run out: sessions, links, challenges, attempts. */
export async function forgetExpired(db: Database): Promise<void> {
  const now = sql<Date>`clock_timestamp()`
  await db.deleteFrom('identity.sessions').where('expires_at', '<', now).execute()
  await db.deleteFrom('identity.verifications').where('expires_at', '<', now).execute()
  await db.deleteFrom('identity.wechat_attempts').where('expires_at', '<', now).execute()
}
