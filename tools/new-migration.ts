import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

// node tools/new-migration.ts identity api-keys-label

const FOLDER = 'db/migrations'

export interface Words {
  readonly why: string
  readonly safe: string
  readonly undo: string
}

// A reader of the house rules refuses a header that still has its brackets.
const TO_FILL: Words = {
  why: '<what was missing, and for whom>',
  safe: '<yes, because … / no: stop the servers first>',
  undo: '<the statements that take it back>',
}

/** Writes the next migration of the house and returns its path. */
export function newMigration(root: string, owner: string, what: string, words = TO_FILL): string {
  if (owner !== 'kernel' && !existsSync(join(root, 'server/src/modules', owner)))
    throw new Error(`there is no module ${owner}; a migration belongs to one`)
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(what))
    throw new Error(`'${what}' is no name for it; write what changes, as in: api-keys-label`)
  mkdirSync(join(root, FOLDER), { recursive: true })
  const last = Math.max(
    0,
    ...readdirSync(join(root, FOLDER)).map((name) => Number.parseInt(name, 10) || 0),
  )
  const path = `${FOLDER}/${String(last + 1).padStart(4, '0')}-${owner}-${what}.sql`
  writeFileSync(join(root, path), header(words))
  return path
}

const header = ({ why, safe, undo }: Words): string =>
  `-- Why: ${why}.\n-- Safe to run while serving: ${safe}. To undo: ${undo}.\n`

if (import.meta.main) {
  const [owner, what] = process.argv.slice(2)
  if (owner === undefined || what === undefined) {
    process.stderr.write('usage: node tools/new-migration.ts <module> <what-changes>\n')
    process.exitCode = 2
  } else {
    process.stdout.write(`wrote ${newMigration(join(import.meta.dirname, '..'), owner, what)}\n`)
  }
}
