export { CELLS, entryIdText, entryUuid, idInCell } from './cells.ts'
export type * from './commands.ts'
export { postIn } from './door.ts'
export {
  type AccountName,
  balanceAt,
  dueAccounts,
  type EntryAccount,
  type EntryLine,
  findEntryAccount,
  findHold,
  findLot,
  type HoldRow,
  hadFirst,
  type LotRow,
  listAssets,
  listHistory,
  listLots,
  listStats,
  sealBlocks,
} from './reads.ts'
export { OutcomeUnknown, openTeller, type Teller } from './teller.ts'
