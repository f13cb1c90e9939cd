import { isSource, priorityOf } from '#credits'
import { ownerByExternalId } from '#identity'
import { type Answer, type Command, idInCell, listDigits } from '#ledger'
import { BALANCE_COLUMNS } from './export-books.ts'
import { newBalanceJudge } from './import-accounts.ts'
import {
  amountOf,
  keysOf,
  type NamedRow,
  namedRows,
  newTally,
  ROW_FAULTS_MAX,
  type RowEnd,
  type RowFault,
  type Tally,
  textFault,
  type WhoseRow,
  whoseOf,
} from './import-file.ts'
import { parseMoment } from './moment.ts'
import type { World } from './world.ts'

const COLUMNS = { needed: ['amount'], known: [...BALANCE_COLUMNS, 'reason'] }
const AT_ONCE_MAX = 256
/** Burns before anything else, so that a debt's own lot is the one that it spends. */
const PRIORITY_FIRST = -32_768
const PRIORITY = /^-?\d{1,5}$/

interface Wanted extends WhoseRow {
  readonly line: number
  readonly asset: string
  readonly amount: bigint
  readonly source: string
  readonly priority: number
  readonly effectiveAt: string | undefined
  readonly expiresAt: string | undefined
  readonly refundable: boolean
  readonly reason: string
  /** Its time is over already: there is nothing to give. */
  readonly isOver: boolean
}

export interface Checked {
  readonly rows: number
  readonly over: number
  readonly faults: readonly RowFault[]
}

/** Reads the whole file and writes nothing. */
export async function checkBalances(
  world: World,
  path: string,
  { digest, isAgain }: { readonly digest: string; readonly isAgain: boolean },
): Promise<Checked> {
  const faults: RowFault[] = []
  let rows = 0
  let over = 0
  const assets = await knownAssets(world)
  const judge = newBalanceJudge(world, digest, isAgain)
  for await (const row of namedRows(path, COLUMNS)) {
    rows += 1
    const wanted = parse(row, assets, world.clock.now())
    const reason = typeof wanted === 'string' ? wanted : await judge(wanted, wanted.isOver)
    if (reason !== undefined) faults.push({ line: row.line, reason })
    else if (typeof wanted !== 'string' && wanted.isOver) over += 1
    if (faults.length >= ROW_FAULTS_MAX) break
  }
  return { rows, over, faults }
}

const knownAssets = async (world: World) =>
  new Set((await listDigits(world.db)).map(({ asset }) => asset))

/** Gives what the rows say, each once however often the file is taken in; debts after everything else. */
export async function importBalances(
  world: World,
  path: string,
  digest: string,
  onRows: (rows: number) => Promise<void>,
): Promise<Tally> {
  const tally = newTally()
  const assets = await knownAssets(world)
  for (const isDebt of [false, true]) {
    let wave: Promise<RowEnd>[] = []
    const settle = async () => {
      for (const end of await Promise.all(wave)) tally.note(end)
      await onRows(wave.length)
      wave = []
    }
    for await (const row of namedRows(path, COLUMNS)) {
      const wanted = parse(row, assets, world.clock.now())
      if (typeof wanted === 'string' || wanted.isOver || wanted.amount < 0n !== isDebt) continue
      wave.push(give(world, wanted, digest))
      if (wave.length >= AT_ONCE_MAX) await settle()
    }
    await settle()
  }
  return tally.done()
}

async function give(world: World, wanted: Wanted, digest: string): Promise<RowEnd> {
  const owner = wanted.owner ?? (await ownerByExternalId(world, wanted.externalId ?? ''))
  let isAlready = true
  for (const command of commandsOf(world, wanted, owner, digest)) {
    const answer: Answer = await world.teller.post(command)
    if (!answer.ok) return { line: wanted.line, reason: `the ledger refused: ${answer.code}` }
    isAlready &&= answer.replayed
  }
  return isAlready ? 'already' : 'taken'
}

function commandsOf(world: World, wanted: Wanted, owner: string, digest: string): Command[] {
  const { line, asset, source, priority, effectiveAt, expiresAt, refundable } = wanted
  const step = (name: string) => ({
    ...{ owner, asset, actor: 'import', description: wanted.reason },
    ...{ key: `${keysOf(digest)}${line}${name}`, request: `import ${digest} ${line}${name}` },
  })
  const lotId = idInCell(world.newId, 'lot', owner)
  if (wanted.amount > 0n)
    return [
      {
        ...{ kind: 'grant', ...step(''), lotId, amount: wanted.amount },
        ...{ source, priority, refundable },
        ...(effectiveAt !== undefined && { effectiveAt }),
        ...(expiresAt !== undefined && { expiresAt }),
      },
    ]
  // What was granted, spent and taken back leaves exactly this debt; the books show the three steps. The order id
  // grows from the row, so that a repeat means the same lot.
  const orderId = `${keysOf(digest)}${line}`
  const amount = -wanted.amount
  return [
    { kind: 'grant', ...step('-lot'), lotId, amount, priority: PRIORITY_FIRST, orderId },
    { kind: 'charge', ...step('-spent'), amount, contra: 'writeoff' },
    { kind: 'clawback', ...step('-debt'), orderId, policy: 'debt' },
  ]
}

/** What a row wants, or why it cannot be had. */
function parse(row: NamedRow, assets: ReadonlySet<string>, nowMs: number): Wanted | string {
  const { line, cell, shapeFault } = row
  if (shapeFault !== undefined) return shapeFault
  const whose = whoseOf(row)
  const amount = amountOf(cell('amount'))
  const asset = cell('asset') ?? 'credit'
  const source = cell('source') ?? 'admin'
  const times = timesOf(row, nowMs)
  const priority = cell('priority')
  const refundable = cell('refundable') ?? String(source === 'purchase')
  if (typeof whose === 'string') return whose
  if (amount === undefined) return 'amount must be a whole number of minor units, and not 0'
  if (!assets.has(asset)) return `there is no asset ${asset}`
  const unfit =
    sourceFault(source, amount) ?? lotFault(priority, refundable) ?? textFault(cell('reason'))
  if (unfit !== undefined) return unfit
  if (typeof times === 'string') return times
  return {
    ...{ line, asset, amount, source, ...whose, ...times },
    priority: priority === undefined ? usualPriority(source, times.expiresAt) : Number(priority),
    refundable: refundable === 'true',
    reason: cell('reason') ?? 'imported balance',
  }
}

function sourceFault(source: string, amount: bigint): string | undefined {
  if (amount < 0n !== (source === 'debt')) return 'an amount below 0 is a debt: source debt'
  return isSource(source) || OTHER_SOURCES.has(source) ? undefined : `there is no source ${source}`
}

function lotFault(priority: string | undefined, refundable: string): string | undefined {
  if (priority !== undefined && !isPriority(priority)) return 'priority is a number, -9999 to 9999'
  return ['true', 'false'].includes(refundable) ? undefined : 'refundable is true or false'
}

const OTHER_SOURCES = new Set(['transfer', 'debt'])
const isPriority = (text: string): boolean => PRIORITY.test(text) && Math.abs(Number(text)) < 10_000
const usualPriority = (source: string, expiresAt: string | undefined): number =>
  priorityOf(isSource(source) ? source : 'purchase', expiresAt !== undefined)

function timesOf({ cell }: NamedRow, nowMs: number) {
  const [begins, ends] = [cell('effective_at'), cell('expires_at')]
  const effectiveMs = begins === undefined ? undefined : parseMoment(begins)
  const expiresMs = ends === undefined ? undefined : parseMoment(ends)
  if (begins !== undefined && effectiveMs === undefined) return TIME('effective_at')
  if (ends !== undefined && expiresMs === undefined) return TIME('expires_at')
  if (effectiveMs !== undefined && expiresMs !== undefined && expiresMs <= effectiveMs)
    return 'expires_at must lie after effective_at'
  return {
    effectiveAt: effectiveMs === undefined ? undefined : new Date(effectiveMs).toISOString(),
    expiresAt: expiresMs === undefined ? undefined : new Date(expiresMs).toISOString(),
    isOver: expiresMs !== undefined && expiresMs <= nowMs,
  }
}

export const TIME = (column: string) => `${column} is a time like 2027-01-01T00:00:00Z`
