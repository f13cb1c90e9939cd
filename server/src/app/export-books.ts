import { entryAnswer } from '#credits'
import { listExternalIds } from '#identity'
import { rfc3339 } from '#kernel/clock'
import type { Tx } from '#kernel/db'
import { decimalText } from '#kernel/money'
import {
  atOneMoment,
  type FullEntry,
  type KeptLot,
  listDebts,
  listDigits,
  pagesOfEntries,
  pagesOfLots,
} from '#ledger'
import { csvLine } from './csv.ts'
import type { World } from './world.ts'

export interface ExportOptions {
  readonly asset: string | undefined
  /** Takes the text, and resolves when it may have more. */
  readonly write: (text: string) => Promise<void>
  readonly onRows: (rows: number) => void
}

export const BALANCE_COLUMNS = [
  'external_id',
  'owner',
  'asset',
  'amount',
  'source',
  'priority',
  'effective_at',
  'expires_at',
  'refundable',
] as const
const HISTORY_COLUMNS = [
  'external_id',
  'owner',
  'asset',
  'entry_id',
  'seq',
  'at',
  'kind',
  'amount',
  'balance_after',
  'contra',
  'action',
  'reference_type',
  'reference_id',
  'actor',
  'description',
] as const

/** What every account owns, a row a lot, so that source and end survive; a debt is a row of its own, below zero. */
export function exportBalances(world: World, options: ExportOptions): Promise<void> {
  const { asset, write, onRows } = options
  return atOneMoment(world.db, async (tx) => {
    await write(csvLine(BALANCE_COLUMNS))
    for await (const page of pagesOfLots(tx, asset, rfc3339(world.clock.now()))) {
      const names = await listExternalIds(tx, ownersOf(page))
      await write(
        page.map((lot) => csvLine([names.get(lot.owner) ?? null, ...lotCells(lot)])).join(''),
      )
      onRows(page.length)
    }
    const debts = await listDebts(tx, asset)
    const names = await listExternalIds(tx, ownersOf(debts))
    for (const { owner, asset: of, debt } of debts)
      await write(
        csvLine([names.get(owner) ?? null, owner, of, -debt, 'debt', null, null, null, null]),
      )
    onRows(debts.length)
  })
}

const lotCells = (lot: KeptLot) => [
  ...[lot.owner, lot.asset, lot.remaining, lot.source, lot.priority],
  lot.waiting ? lot.effective_at.toISOString() : null,
  lot.expires_at === null ? null : lot.expires_at.toISOString(),
  lot.refundable,
]

/** Every entry as a row, under the ids by which the API knows it. */
export function exportHistory(world: World, options: ExportOptions): Promise<void> {
  return eachEntry(world, options, csvLine(HISTORY_COLUMNS), (entry, name) => {
    const { entry_id, reference, created_at } = entryAnswer(entry)
    return csvLine([
      ...[name ?? null, entry.owner, entry.asset, entry_id, entry.seq, created_at],
      ...[entry.kind, entry.amount, entry.balance_after, entry.contra, entry.action],
      ...[reference?.type ?? null, reference?.id ?? null, entry.actor, entry.description],
    ])
  })
}

/** A journal of plain-text accounting: a transaction for each entry that moves value, with the balance it left. */
export async function exportJournal(world: World, options: ExportOptions): Promise<void> {
  const assets = await listDigits(world.db)
  const digits = new Map(assets.map((one) => [one.asset, one.digits]))
  const head = assets.map(
    (one) =>
      `commodity ${decimalText(1000n * 10n ** BigInt(one.digits), one.digits).replace(/^(\d+)$/, '$1.')} ${one.asset}\n`,
  )
  await eachEntry(world, options, `${head.join('')}\n`, (entry, name) => {
    if (entry.amount === 0n) return ''
    const inAsset = (minor: bigint) =>
      `${decimalText(minor, digits.get(entry.asset) ?? 0)} ${entry.asset}`
    const told = [entry.kind, entry.description].filter((part) => part !== null).join(': ')
    const note = name === undefined ? '' : `  ; external_id: ${oneLine(name)}`
    return [
      `${entry.created_at.toISOString().slice(0, 10)} (${entryAnswer(entry).entry_id}) ${oneLine(told)}${note}`,
      // What an owner may spend is what the house owes, so a grant is a minus here.
      `    liabilities:credits:${accountName(entry.owner)}  ${inAsset(-entry.amount)} = ${inAsset(-entry.balance_after)}`,
      `    ${accountName(entry.contra)}  ${inAsset(entry.amount)}`,
      '\n',
    ].join('\n')
  })
}

// In a journal a semicolon begins a comment, and two blanks end an account's name.
const oneLine = (text: string): string => text.replace(/[\p{Cc};|]+/gu, ' ').trim()
const accountName = (text: string): string => oneLine(text).replace(/\s+/g, '_')

function eachEntry(
  world: World,
  { asset, write, onRows }: ExportOptions,
  head: string,
  line: (entry: FullEntry, externalId: string | undefined) => string,
): Promise<void> {
  return atOneMoment(world.db, async (tx: Tx) => {
    await write(head)
    for await (const page of pagesOfEntries(tx, asset)) {
      const names = await listExternalIds(tx, ownersOf(page))
      await write(page.map((entry) => line(entry, names.get(entry.owner))).join(''))
      onRows(page.length)
    }
  })
}

const ownersOf = (rows: readonly { readonly owner: string }[]): string[] => [
  ...new Set(rows.map(({ owner }) => owner)),
]
