import { systemActor, writeAudit } from '#audit'
import { inTx } from '#kernel/db'
import { sealBlocks } from '#ledger'
import type { Command, Terminal } from '../command.ts'
import { digestOf } from '../csv.ts'
import { openHouse } from '../house.ts'
import { checkBalances, importBalances } from '../import-balances.ts'
import { newSealing, type Tally } from '../import-file.ts'
import { checkHistory, importHistory } from '../import-history.ts'
import { StartRefused } from '../start-refused.ts'

export const importCommand: Command = {
  name: 'import',
  summary: 'Take in balances, or the history of an older system, from a CSV file',
  usage: 'tongbao import balances|history FILE [--dry-run] [--again]',
  options: { 'dry-run': { type: 'boolean' }, again: { type: 'boolean' } },
  wordsMax: 2,
  run: async (config, given, terminal) => {
    const [what, file] = given.words
    const verbs = VERBS[what ?? '']
    if (!what || !verbs || file === undefined)
      throw new StartRefused('say what: tongbao import balances FILE, or history FILE')
    const isAgain = given.values['again'] === true
    if (isAgain && what !== 'balances') throw new StartRefused('--again goes with balances')
    const digest = await digestFor(file)
    const house = await openHouse(config, { exclusive: false, say: terminal.say })
    const { world } = house
    try {
      const { rows, over, faults } = await verbs.check(world, file, { digest, isAgain })
      const isDry = given.values['dry-run'] === true
      const found = { what, rows, over, sha256: digest, dry_run: isDry }
      if (faults.length > 0 || isDry)
        return report(terminal, found, { taken: 0, already: 0, faults })
      // First: what came in must be known even when it came in half.
      await inTx(world.db, (tx) =>
        writeAudit(tx, world, systemActor('cli'), {
          action: 'credits.imported',
          target: { kind: 'file', id: digest },
          after: { kind: what, count: rows },
          result: 'done',
        }),
      )
      let done = 0
      const keepSealed = newSealing(world)
      const tally = await verbs.take(world, file, digest, async (count) => {
        done += count
        terminal.progress(`${what}: ${done} of ${rows} rows`)
        await keepSealed(count)
      })
      await sealBlocks(world.db)
      return report(terminal, found, tally)
    } finally {
      await house.close()
    }
  },
}

const VERBS: Readonly<Record<string, { check: typeof checkBalances; take: typeof importHistory }>> =
  {
    balances: { check: checkBalances, take: importBalances },
    history: { check: checkHistory, take: importHistory },
  }

async function digestFor(file: string): Promise<string> {
  try {
    return await digestOf(file)
  } catch (error) {
    throw new StartRefused(
      `${file} cannot be read: ${error instanceof Error ? error.message : 'unknown fault'}`,
    )
  }
}

interface Found {
  readonly what: string
  readonly rows: number
  readonly over: number
  readonly sha256: string
  readonly dry_run: boolean
}

function report(terminal: Terminal, found: Found, tally: Tally): number {
  const { taken, already, faults } = tally
  const { what, rows, over, dry_run } = found
  const none = faults.length > 0 && taken + already === 0 ? ' Nothing was imported.' : ''
  const moved = `${taken} taken in, ${already} were there already`
  terminal.result({ ...found, taken, already, faults }, [
    ...faults.map(({ line, reason }) => `line ${line}: ${reason}`),
    faults.length > 0
      ? `${faults.length} rows cannot be taken in.${none || ` Of the others: ${moved}.`}`
      : `${what}: ${rows} rows${dry_run ? ' are sound; nothing was imported, as you asked' : `; ${moved}`}.`,
    ...(over > 0 ? [`${over} rows had ended already and were left out.`] : []),
  ])
  return faults.length > 0 ? 1 : 0
}
