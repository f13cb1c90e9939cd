export const ASK_TIMEOUT_MS = 10_000
/** A page of a hundred objects that are expanded. */
export const ANSWER_BYTES_MAX = 8 * 1024 * 1024

/** Stripe lets a session live from half an hour to a day; it is kept off both ends. */
export const SESSION_LIFE_MIN_MS = 35 * 60_000
export const SESSION_LIFE_MAX_MS = 23 * 3_600_000
/** Sessions end on the full hour, so that the same attempt asked again is the same request. */
export const SESSION_END_GRID_MS = 3_600_000

/** A signature is worth something five minutes, into the past as into the future. */
export const SIGNATURE_AGE_MAX_S = 300
export const SIGNATURE_HEADER_LETTERS_MAX = 4_096

export const PAGE_ROWS = 100
/** A payment that went back in more parts than this is looked at by a person. */
export const REFUND_ROWS_MAX = 1_000
export const BILL_ROWS_MAX = 200_000
