import { sql } from 'kysely'
import type { Database } from '#kernel/db'
import type { Principal } from '#kernel/routes'
import { BOOTSTRAP_ID } from './authenticate.ts'

/** The word nodes hear when a session ends; said by the table itself, whoever deletes the row. */
export const SESSION_GONE = 'identity.session_gone'

/** Of those who came in once, whoever would be let in by the same session or key now. */
export async function stillIn<P extends Principal>(
  db: Database,
  principals: readonly P[],
): Promise<ReadonlySet<P>> {
  const doorOf = ({ kind, id, sessionId }: Principal) => (kind === 'key' ? id : (sessionId ?? ''))
  const doors = [...new Set(principals.map(doorOf))]
  const { rows } = await sql<{ id: string }>`
    select id from identity.sessions where id = any(${doors}) and expires_at > clock_timestamp()
     union all
    select id from identity.api_keys
     where id = any(${doors}) and revoked_at is null
       and (expires_at is null or expires_at > clock_timestamp())
  `.execute(db)
  const open = new Set([BOOTSTRAP_ID, ...rows.map(({ id }) => id)])
  return new Set(principals.filter((one) => open.has(doorOf(one))))
}
