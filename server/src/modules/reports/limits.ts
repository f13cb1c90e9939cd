/** What waits is counted so far; beyond it only "many" is worth saying. */
export const COUNT_MAX = 1_000
export const DAYS_USUAL = 30
export const DAYS_MAX = 92
export const HEALTH_HOURS = 24
export const PAGE_ROWS_USUAL = 30
export const PAGE_ROWS_MAX = 100
/** A cursor holds a place in each of a dozen lists. */
export const CURSOR_LETTERS_MAX = 1_200
/** Of the acts of staff that are shown with an order. */
export const ACTS_SHOWN = 50
