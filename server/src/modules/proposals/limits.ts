/** Long enough to cross a weekend. */
export const PROPOSAL_LIFE_MS = 72 * 3_600_000
export const REASON_LETTERS_MAX = 500
export const PAGE_ROWS_MAX = 200
export const PAGE_ROWS_USUAL = 50
