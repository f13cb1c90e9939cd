import { randomBytes } from 'node:crypto'
import { linkSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { giveToOwner, makeFolder } from './cluster-account.ts'
import { flushFolder } from './cluster-files.ts'
import { StartRefused } from './start-refused.ts'

const SECRET_LETTERS_MIN = 32
const SECRET_BYTES = 32

/** The secret of an installation that was given none: random, kept with the data, never in production. */
export function keptSecret(dataFolder: string): string {
  const file = join(dataFolder, 'secret')
  try {
    const secret = readSecret(file) ?? makeSecret(dataFolder, file)
    if (secret.length >= SECRET_LETTERS_MIN) return secret
  } catch (error) {
    if (error instanceof StartRefused) throw error
    const why = error instanceof Error ? error.message : String(error)
    throw new StartRefused(
      `the data folder ${dataFolder} cannot keep a secret (${why}); set TONGBAO_DATA to a folder of yours, or TONGBAO_SECRET`,
    )
  }
  throw new StartRefused(
    `the secret in ${file} has fewer than ${SECRET_LETTERS_MIN} letters; put the whole one back, or remove the file if nothing was sealed with it yet`,
  )
}

/** Undefined when there is none; everything else that is not a readable file is a fault. */
function readSecret(file: string): string | undefined {
  const stats = statSync(file, { throwIfNoEntry: false })
  if (stats === undefined) return undefined
  if (!stats.isFile())
    throw new StartRefused(
      `${file} is not a file, and the secret is kept there; move it away, or set TONGBAO_SECRET`,
    )
  return readFileSync(file, 'utf8').trim()
}

/** Whole or not at all, and of two who make it at once the first one's is what both go by. */
function makeSecret(dataFolder: string, file: string): string {
  makeFolder(dataFolder, 0o700)
  const making = `${file}.${randomBytes(4).toString('hex')}`
  try {
    const secret = randomBytes(SECRET_BYTES).toString('base64url')
    writeFileSync(making, `${secret}\n`, { flag: 'wx', mode: 0o600, flush: true })
    giveToOwner(dataFolder, making)
    linkOnly(making, file)
  } finally {
    rmSync(making, { force: true })
  }
  flushFolder(dataFolder)
  return readFileSync(file, 'utf8').trim()
}

/** A rename would replace what another process made meanwhile; a link refuses to. */
function linkOnly(from: string, to: string): void {
  try {
    linkSync(from, to)
  } catch (error) {
    if (Reflect.get(Object(error), 'code') !== 'EEXIST') throw error
  }
}
