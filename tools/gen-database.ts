import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { openCluster } from '../server/src/app/cluster.ts'
import { prepareDatabase } from '../server/src/app/open-database.ts'
import { dumpSchema } from './dump-schema.ts'

/**
 * Columns whose check constraint knows more than their type. The generator reads types only, and its own
 * overrides need a TypeScript API that TypeScript 7 does not ship.
 */
const NARROWER = [
  ['IdentityApiKeys', 'kind', "'secret' | 'publishable'"],
  ['IdentityApiKeys', 'spend_cap_every', "'day' | 'month' | null"],
  ['IdentityPeople', 'locale', "Generated<'zh-CN' | 'en'>"],
  ['IdentityWechatAttempts', 'locale', "'zh-CN' | 'en'"],
  ['IdentityPeople', 'theme_mode', "Generated<'light' | 'dark' | 'system'>"],
] as const

interface DatabaseFiles {
  readonly schema: string
  readonly types: string
}

/** Builds a database from the migrations, in a folder that goes again, and writes down what it became. */
export async function readDatabase(): Promise<DatabaseFiles> {
  const folder = mkdtempSync(join(tmpdir(), 'tongbao-generate-'))
  chmodSync(folder, 0o755) // run as root, PostgreSQL works as another user, who has to get in
  const cluster = await openCluster({ folder, settings: { fsync: 'off' }, say: () => {} })
  try {
    await prepareDatabase(cluster.url, () => {})
    const client = new pg.Client({ connectionString: cluster.url })
    await client.connect()
    const schema = await dumpSchema((sql, values) => client.query(sql, values))
    await client.end()
    return { schema, types: typesOf(cluster.url, join(folder, 'types.ts')) }
  } finally {
    await cluster.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

function typesOf(url: string, file: string): string {
  const cli = join(import.meta.dirname, '../node_modules/kysely-codegen/dist/cli/bin.js')
  const options = [
    ['--dialect', 'postgres'],
    ['--url', url],
    ['--out-file', file],
    ['--exclude-pattern', 'pgboss.*'],
    ['--type-mapping', JSON.stringify({ int8: 'bigint' })],
    ['--log-level', 'error'],
  ]
  execFileSync(process.execPath, [cli, ...options.flat()], { stdio: 'inherit' })
  return NARROWER.reduce(narrowed, readFileSync(file, 'utf8'))
}

const narrowed = (text: string, [table, column, type]: (typeof NARROWER)[number]): string => {
  const line = new RegExp(`(export interface ${table} \\{[^}]*?\\n  ${column}: )[^;]+`)
  if (!line.test(text)) throw new Error(`${table} has no column ${column} to narrow`)
  return text.replace(line, `$1${type}`)
}
