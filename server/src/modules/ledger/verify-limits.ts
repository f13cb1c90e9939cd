/** A charge waits for two busy cores already; more connections would make it wait for more. */
export const VERIFY_AT_ONCE = 2
/** A cell of a very large ledger takes longer than any request may. */
export const VERIFY_STATEMENT_MS_MAX = 3_600_000
/** What one sort of a cell may use before it goes to disk. */
export const VERIFY_SORT_MIB_MAX = 64
/** Entries read in the order of an index need not be sorted; PostgreSQL thinks of disks that turn, and would sort. */
export const VERIFY_PAGE_COST = '1.1'
/** Whoever finds this many faults needs a person, not a longer list. */
export const FAULTS_MAX = 20
export const VERIFY_JOB_S_MAX = 6 * 3_600
