/** How long an order may be paid. */
export const ORDER_LIFE_MS = 30 * 60_000
/** By a bank transfer: between the order and the money may lie a weekend, and a day of the bank. */
export const TRANSFER_LIFE_MS = 7 * 86_400_000
export const CLOSED_AT_ONCE_MAX = 100
/** Providers are asked side by side, and whoever does not answer is asked again later. */
export const AT_ONCE_MAX = 8
export const CLOSE_AGAIN_MS = 3 * 60_000
/** Orders of one state are counted so far; a console says more than that as "many". */
export const COUNT_MAX = 1_000
export const PAGE_ROWS_MAX = 200
export const PAGE_ROWS_USUAL = 50
export const REASON_LETTERS_MAX = 500
/** Each is a question to a provider; a page that waits asks a few times and listens besides. */
export const CHECKS_PER_MINUTE_MAX = 20
