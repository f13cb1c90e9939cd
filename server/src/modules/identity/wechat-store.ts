import { type Expression, type SqlBool, sql } from 'kysely'
import type { Database, Tx } from '#kernel/db'
import type { NewId } from '#kernel/ids'
import type { Language } from '#kernel/refusals'
import { WECHAT_ATTEMPT_LIFE_S } from './limits.ts'
import { type HeldKey, WECHAT, type WechatKey } from './wechat-person.ts'

/** A sign-in by WeChat that has begun, or a binding. */
export interface Attempt {
  /** Whom WeChat is to be bound to; null signs somebody in. */
  readonly personId: string | null
  readonly returnPath: string
  readonly locale: Language
}

// By the machine's clock, like sessions. Whole milliseconds, because a cursor tells no more of a time than that.
const NOW = sql<Date>`date_trunc('milliseconds', clock_timestamp())`

export async function insertAttempt(
  db: Database | Tx,
  hashes: { readonly state: Buffer; readonly browser: Buffer },
  attempt: Attempt,
): Promise<Date> {
  const row = await db
    .insertInto('identity.wechat_attempts')
    .values({
      state_hash: hashes.state,
      browser_hash: hashes.browser,
      person_id: attempt.personId,
      return_path: attempt.returnPath,
      locale: attempt.locale,
      expires_at: sql<Date>`${NOW} + make_interval(secs => ${WECHAT_ATTEMPT_LIFE_S})`,
    })
    .returning('expires_at')
    .executeTakeFirstOrThrow()
  return row.expires_at
}

/** Takes the attempt away, so that of two who bring it one gets it; what another browser brings stays where it is. */
export async function takeAttempt(
  db: Database,
  hashes: { readonly state: Buffer; readonly browser: Buffer },
): Promise<Attempt | undefined> {
  const row = await db
    .deleteFrom('identity.wechat_attempts')
    .where('state_hash', '=', hashes.state)
    .where('browser_hash', '=', hashes.browser)
    .where('expires_at', '>', NOW)
    .returning(['person_id', 'return_path', 'locale'])
    .executeTakeFirst()
  return row && { personId: row.person_id, returnPath: row.return_path, locale: row.locale }
}

/** Who holds these keys. The rows stay as they are until the end of the transaction: nobody unbinds meanwhile. */
export async function holdersOf(tx: Tx, keys: readonly WechatKey[]): Promise<HeldKey[]> {
  const rows = await tx
    .selectFrom('identity.accounts')
    .select(['provider_id', 'account_id', 'person_id'])
    .where((is) =>
      is.or(
        keys.map(
          ({ provider, account }): Expression<SqlBool> =>
            is.and([is('provider_id', '=', provider), is('account_id', '=', account)]),
        ),
      ),
    )
    .orderBy('id')
    .forShare()
    .execute()
  return rows.map(({ provider_id, account_id, person_id }) => ({
    provider: provider_id,
    account: account_id,
    personId: person_id,
  }))
}

/** The judge of two who bring the same keys at the same moment; in one order, so that they queue. */
export const KEY_ONCE = 'accounts_provider_once'

export async function insertKeys(
  tx: Tx,
  newId: NewId,
  personId: string,
  keys: readonly WechatKey[],
): Promise<void> {
  for (const { provider, account } of keys)
    await tx
      .insertInto('identity.accounts')
      .values({
        id: newId('acc'),
        person_id: personId,
        provider_id: provider,
        account_id: account,
        created_at: NOW,
        updated_at: NOW,
      })
      .execute()
}

const isWechat = sql<boolean>`(provider_id = ${WECHAT} or provider_id like ${`${WECHAT}:%`})`

/** Since when they can come in by WeChat, if they can. */
export async function wechatSince(db: Database | Tx, personId: string): Promise<Date | undefined> {
  const row = await db
    .selectFrom('identity.accounts')
    .select((of) => of.fn.min('created_at').as('since'))
    .where('person_id', '=', personId)
    .where(isWechat)
    .executeTakeFirst()
  return row?.since ?? undefined
}

/** How many keys there were. */
export async function deleteWechatKeys(tx: Tx, personId: string): Promise<number> {
  const rows = await tx
    .deleteFrom('identity.accounts')
    .where('person_id', '=', personId)
    .where(isWechat)
    .returning('id')
    .execute()
  return rows.length
}

/** Whether they can come in with an e-mail and a password. */
export async function hasPassword(db: Database | Tx, personId: string): Promise<boolean> {
  const row = await db
    .selectFrom('identity.accounts as a')
    .innerJoin('identity.people as p', 'p.id', 'a.person_id')
    .select('a.id')
    .where('a.person_id', '=', personId)
    .where('a.provider_id', '=', 'credential')
    .where('a.password', 'is not', null)
    .where('p.email', 'is not', null)
    .executeTakeFirst()
  return row !== undefined
}

/** Somebody without an e-mail; nobody invents one for them. */
export async function insertPerson(
  tx: Tx,
  person: { readonly id: string; readonly name: string },
): Promise<void> {
  await tx
    .insertInto('identity.people')
    .values({ ...person, email: null, created_at: NOW, updated_at: NOW })
    .execute()
}
