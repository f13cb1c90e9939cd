import { once } from 'node:events'
import { createWriteStream, existsSync } from 'node:fs'
import { rename } from 'node:fs/promises'
import { finished } from 'node:stream/promises'
import { systemActor, writeAudit } from '#audit'
import { inTx } from '#kernel/db'
import { type Command, type Given, type Terminal, textOf } from '../command.ts'
import { exportBalances, exportHistory, exportJournal } from '../export-books.ts'
import { openHouse } from '../house.ts'
import { StartRefused } from '../start-refused.ts'

export const exportCommand: Command = {
  name: 'export',
  summary: 'Write balances or history as CSV, or history as a journal for hledger',
  usage: 'tongbao export balances|history [--format csv|hledger] [--asset credit] [--out FILE]',
  options: { format: { type: 'string' }, asset: { type: 'string' }, out: { type: 'string' } },
  wordsMax: 1,
  run: async (config, given, terminal) => {
    const { what, format, verb } = wanted(given)
    const [asset, out] = [textOf(given, 'asset'), textOf(given, 'out')]
    const house = await openHouse(config, { exclusive: false, say: terminal.say })
    const { world } = house
    try {
      const sink = openSink(out)
      // Before the first byte: what was carried away must be known even when the disk is full.
      await inTx(world.db, (tx) =>
        writeAudit(tx, world, systemActor('cli'), {
          action: 'credits.exported',
          target: { kind: 'ledger', id: what },
          after: { format, ...(asset !== undefined && { asset }) },
          result: 'done',
        }),
      )
      let rows = 0
      await verb(world, {
        asset,
        write: sink.write,
        onRows: (count) => {
          rows += count
          if (out !== undefined) terminal.progress(`${what}: ${rows} rows`)
        },
      })
      await sink.end()
      tell(terminal, out, { what, format, rows })
    } catch (error) {
      // Whoever read has seen enough, as `head` does: the rest is nobody's, and nothing went wrong.
      if (out !== undefined || !isReaderGone(error)) throw error
    } finally {
      await house.close()
    }
    return 0
  },
}

const isReaderGone = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'EPIPE'

function wanted(given: Given) {
  const what = given.words[0] ?? ''
  const format = textOf(given, 'format') ?? 'csv'
  const verb = VERBS[`${what} ${format}`]
  if (!verb)
    throw new StartRefused(
      'say what: tongbao export balances, or history, or history --format hledger',
    )
  return { what, format, verb }
}

const VERBS: Readonly<Record<string, typeof exportHistory>> = {
  'balances csv': exportBalances,
  'history csv': exportHistory,
  'history hledger': exportJournal,
}

/** It says once that nobody reads any more; whoever waits for it to drain after that waits for ever. */
function standardOutput() {
  const { stdout } = process
  let gone: Error | undefined
  stdout.once('error', (error) => {
    gone = error
  })
  return {
    write: async (text: string) => {
      if (gone) throw gone
      if (!stdout.write(text)) await once(stdout, 'drain')
    },
    end: async () => {},
  }
}

/** A new file, never one that is there; or standard output. Waits for whoever reads slowly. */
function openSink(out: string | undefined) {
  if (out === undefined) return standardOutput()
  if (existsSync(out)) throw new StartRefused(`${out} is there already; name another file`)
  // Under its own name it is whole: one that was cut short could be taken for all there is.
  const part = `${out}.part`
  const file = createWriteStream(part, { mode: 0o600, flush: true })
  let failed: Error | undefined
  file.on('error', (error) => {
    failed = error
  })
  return {
    write: async (text: string) => {
      if (failed) throw notWritten(out, failed)
      if (file.write(text)) return
      await once(file, 'drain').catch((error: unknown) => {
        throw notWritten(out, error)
      })
    },
    end: async () => {
      file.end()
      await finished(file).catch((error: unknown) => {
        throw notWritten(out, error)
      })
      await rename(part, out)
    },
  }
}

const notWritten = (out: string, error: unknown): StartRefused =>
  new StartRefused(`${out} cannot be written: ${error instanceof Error ? error.message : error}`)

function tell(
  terminal: Terminal,
  out: string | undefined,
  done: { what: string; format: string; rows: number },
): void {
  // On standard output the books themselves are the answer.
  if (out !== undefined)
    terminal.result({ ...done, out }, [`Wrote ${done.rows} rows of ${done.what} to ${out}.`])
}
