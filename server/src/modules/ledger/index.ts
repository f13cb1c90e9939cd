export { balanceAt, balancesOf, endingBalance, listAssets } from './balances.ts'
export {
  captureCosts,
  flowByDay,
  listBooks,
  listTotals,
  type PricedHour,
  pricedHours,
  rollUp,
} from './books.ts'
export { CELLS, entryIdText, entryUuid, idInCell } from './cells.ts'
export type * from './commands.ts'
export { postIn, postTransferIn } from './door.ts'
export { explainBalance } from './explain.ts'
export {
  atOneMoment,
  type FullEntry,
  hasOtherEntries,
  importedBefore,
  type KeptLot,
  listDebts,
  listDigits,
  pagesOfEntries,
  pagesOfLots,
} from './read-all.ts'
export {
  type AccountName,
  dueAccounts,
  type EntryAccount,
  type EntryLine,
  findEntryAccount,
  findHold,
  findLot,
  type HistoryWanted,
  type HoldRow,
  hadFirst,
  isPosted,
  type LotRow,
  listHistory,
  listLots,
  listLotsOfOrder,
  listStats,
  sealBlocks,
} from './reads.ts'
export { findEntryStory, listRefundsOf } from './story.ts'
export { OutcomeUnknown, openTeller, type Teller } from './teller.ts'
export { KNOWN_SECRET_LAW } from './verify-anchors.ts'
export { ledgerJobs } from './verify-jobs.ts'
export { verifyLedger } from './verify-ledger.ts'
export { ledgerRoutes } from './verify-routes.ts'
export { judgeLedger, lastVerdict, stateOf as verdictState } from './verify-verdict.ts'
