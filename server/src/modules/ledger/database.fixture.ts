import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'

const HOST = { host: '127.0.0.1', port: Number(process.env['LEDGER_PG_PORT'] ?? 55418), user: 'postgres' }
const MIGRATIONS = join(import.meta.dirname, '../../../../db/migrations')

/** A fresh database with the ledger in it; `as` a role or the superuser. */
export async function freshDatabase(name: string): Promise<{ pool: (as?: string, max?: number) => pg.Pool; close: () => Promise<void> }> {
  const admin = new pg.Client({ ...HOST, database: 'postgres' })
  await admin.connect()
  await admin.query(`drop database if exists ${name} with (force)`)
  await admin.query(`create database ${name}`)
  await admin.end()
  const client = new pg.Client({ ...HOST, database: name })
  await client.connect()
  for (const file of readdirSync(MIGRATIONS).filter((f) => /^00(01|09|1\d)/.test(f)).sort())
    await client.query(mutate(file, readFileSync(join(MIGRATIONS, file), 'utf8')))
  await client.end()
  const pools: pg.Pool[] = []
  return {
    pool: (as = 'tongbao_app', max = 4) => {
      const pool = new pg.Pool({ ...HOST, database: name, max, options: `-c role=${as}` })
      pool.on('error', () => {})
      pool.on('connect', (c) => c.on('error', () => {}))
      pools.push(pool)
      return pool
    },
    close: async () => {
      await Promise.all(pools.map((pool) => pool.end()))
    },
  }
}

// The sabotage runner hands one edit: find and replace in one migration. The edit must hit.
const mutate = (file: string, text: string): string => {
  const [target, from, to] = JSON.parse(process.env['LEDGER_SABOTAGE'] ?? '[]') as string[]
  if (target === undefined || from === undefined || to === undefined || !file.includes(target)) return text
  if (!text.includes(from)) throw new Error(`sabotage misses: ${from}`)
  return text.replace(from, () => to)
}
