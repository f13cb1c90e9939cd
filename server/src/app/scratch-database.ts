import { randomBytes } from 'node:crypto'
import { pgCode } from '#kernel/db'
import { inSession } from './backup-copy.ts'
import { StartRefused } from './start-refused.ts'

const DROP_ATTEMPTS_MAX = 5
const INSUFFICIENT_PRIVILEGE = '42501'
const IN_USE = '55006'

/** Lends a database that is made for this work and goes with it, beside the one of the address. */
export async function inScratch(
  url: string,
  work: (url: string, name: string) => Promise<void>,
): Promise<void> {
  const name = `tongbao_drill_${randomBytes(4).toString('hex')}`
  const scratch = new URL(url)
  scratch.pathname = `/${name}`
  try {
    await inSession(url, (client) => client.query(`create database ${name} template template0`))
  } catch (error) {
    if (pgCode(error) === INSUFFICIENT_PRIVILEGE)
      throw new StartRefused(
        'a drill makes a database beside the configured one, and this user may not; grant it CREATEDB, or restore --verify --into an empty database',
      )
    throw error
  }
  try {
    await work(scratch.href, name)
  } catch (error) {
    await dropDatabase(url, name).catch(() => {}) // the first fault is the one to report
    throw error
  }
  await dropDatabase(url, name)
}

/**
 * Drops a database without `with (force)`: that one refuses an ordinary user whenever autovacuum is
 * at work there, which after a restore it is. A plain drop sends autovacuum away by itself and waits
 * for whoever is leaving; only our own connections that stay are ended here.
 */
export async function dropDatabase(url: string, name: string): Promise<void> {
  await inSession(url, async (client) => {
    for (let attempt = 1; ; attempt++) {
      try {
        await client.query(`drop database if exists ${name}`)
        return
      } catch (error) {
        if (attempt === DROP_ATTEMPTS_MAX || pgCode(error) !== IN_USE) throw error
        await client.query(
          `select pg_terminate_backend(pid) from pg_stat_activity
            where datname = $1 and usename = current_user`,
          [name],
        )
      }
    }
  })
}
