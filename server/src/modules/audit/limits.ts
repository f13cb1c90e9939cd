export const AGENT_LETTERS_MAX = 200
export const REASON_LETTERS_MAX = 500

/** Deeper or longer than this, `before` and `after` are no longer a change but a dump. */
export const KEPT_DEPTH_MAX = 4
export const KEPT_ITEMS_MAX = 50
export const KEPT_LETTERS_MAX = 200

export const PAGE_ROWS_MAX = 200
export const PAGE_ROWS_USUAL = 50
export const EXPORT_PAGE_ROWS_MAX = 500

/** The table checks it too: a block must fit in memory with its entries. */
export const BLOCK_ENTRIES_MAX = 1_000
export const VERIFIED_BLOCKS_PAGE_MAX = 20
/** Whoever finds this many faults needs a person, not a longer list. */
export const VERIFIED_PER_MINUTE_MAX = 6
export const FAULTS_MAX = 20
export const VERIFY_STATEMENT_MS_MAX = 600_000
