import { keyring } from '#kernel/crypto'
import { openPool } from '#kernel/db'
import { makeLog } from '#kernel/log'
import { verifyLedger } from '#ledger'
import { OUR_SCHEMAS } from '../backup-manifest.ts'
import { type Backup, openBackup, RestoreBroken, restoreBackup } from '../backup-restore.ts'
import { type Command, type Given, type Terminal, textOf } from '../command.ts'
import type { Config } from '../config.ts'
import { keptSecret } from '../kept-secret.ts'
import { openDatabase, prepareDatabase } from '../open-database.ts'
import { MIGRATIONS_FOLDER } from '../places.ts'
import { inScratch } from '../scratch-database.ts'
import { StartRefused } from '../start-refused.ts'

export const restore: Command = {
  name: 'restore',
  summary: 'Put a backup back into an empty database, or try that it can be (--drill)',
  usage: [
    'tongbao restore FOLDER [--verify] [--into DATABASE_URL] [--without-queue]',
    '       tongbao restore FOLDER --drill',
  ].join('\n'),
  options: {
    verify: { type: 'boolean' },
    into: { type: 'string' },
    drill: { type: 'boolean' },
    'without-queue': { type: 'boolean' },
  },
  wordsMax: 1,
  run: async (config, given, terminal) => {
    const [folder] = given.words
    if (folder === undefined) throw new StartRefused('say from where: tongbao restore FOLDER')
    const isDrill = given.values['drill'] === true
    const target = targetOf(config, given, isDrill)
    const database = await openDatabase(target, { exclusive: !isDrill, say: terminal.say })
    try {
      const ring = keyring(config.secrets ?? [keptSecret(config.dataFolder)])
      const began = performance.now()
      const backup = await openBackup(folder, {
        migrationsFolder: MIGRATIONS_FOLDER,
        withoutQueue: given.values['without-queue'] === true,
        signed: ring.signed,
        ...terminal,
      })
      if (!backup.ours)
        terminal.say(
          'WARNING: the backup is not signed with a secret of this installation. Either it comes from another one (set its TONGBAO_SECRET here, or what is sealed stays closed), or somebody changed it.',
        )
      const verify = isDrill || given.values['verify'] === true
      const put = async (url: string) => {
        await putBack(backup, url, verify, terminal)
        if (verify) await proveBooks(url, config, terminal)
      }
      if (isDrill)
        await inScratch(database.url, (url, name) => {
          terminal.say(`restoring into the throw-away database ${name}`)
          return put(url)
        })
      else await put(database.url)
      const seconds = (performance.now() - began) / 1000
      report(backup, { verify, isDrill, seconds }, terminal)
    } catch (error) {
      throw error instanceof RestoreBroken ? brokenOff(error, isDrill) : error
    } finally {
      await database.close()
    }
    return 0
  },
}

const brokenOff = ({ message }: RestoreBroken, isDrill: boolean): StartRefused =>
  new StartRefused(
    isDrill
      ? `the drill failed, this backup does not come back: ${message}`
      : `the restore stopped half-way (${message}); no rows are there, but tables may be: drop the schemas ${OUR_SCHEMAS.join(', ')} before you try again`,
  )

function targetOf(config: Config, given: Given, isDrill: boolean): Config {
  const into = textOf(given, 'into')
  if (into === undefined) return config
  if (isDrill)
    throw new StartRefused('--drill makes a database of its own; give it or --into, not both')
  if (!/^postgres(?:ql)?:\/\//.test(into) || !URL.canParse(into))
    throw new StartRefused('--into takes an address that starts with postgres://')
  return { ...config, databaseUrl: into }
}

async function putBack(
  backup: Backup,
  url: string,
  verify: boolean,
  terminal: Terminal,
): Promise<void> {
  await restoreBackup(backup, { url, verify, say: terminal.say, progress: terminal.progress })
  // Migrations that came after the backup, and the application's rights on the queue.
  await prepareDatabase(url, terminal.say)
}

/** Rows that came back as they were written may have been wrong when they were written. */
async function proveBooks(url: string, config: Config, terminal: Terminal): Promise<void> {
  const log = makeLog(config.logLevel, process.stderr)
  const pool = openPool({ url, log, connectionsMax: 2 })
  try {
    const { faults } = await verifyLedger(pool.db, {
      onProgress: ({ cells, entries }) =>
        terminal.progress(`ledger: cell ${cells}, ${entries} entries`),
    })
    const [first] = faults
    if (first !== undefined)
      throw new StartRefused(
        `the backup came back as it was written, but its ledger is broken: ${first.table} ${first.key}: ${first.law}; tongbao verify says more`,
      )
  } finally {
    await pool.close()
  }
}

interface Done {
  readonly verify: boolean
  readonly isDrill: boolean
  readonly seconds: number
}

function report({ folder, manifest, ours }: Backup, done: Done, terminal: Terminal): void {
  const tables = manifest.tables.length
  const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0)
  const { verify, isDrill } = done
  const seconds = Math.round(done.seconds * 10) / 10
  const checked = verify
    ? ', every table reads as it was written, and the ledger keeps every law'
    : ''
  terminal.result(
    {
      folder,
      made_at: manifest.made_at,
      tables,
      rows,
      verified: verify,
      drill: isDrill,
      signed: ours,
      seconds,
    },
    [
      isDrill
        ? `The drill went well: ${tables} tables with ${rows} rows, as of ${manifest.made_at}, came back in ${seconds} s${checked}. The throw-away database is gone.`
        : `Restored ${tables} tables with ${rows} rows, as of ${manifest.made_at}, in ${seconds} s${checked}.`,
    ],
  )
}
