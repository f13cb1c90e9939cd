/** Of what may come to our hooks. */
export const HOOK_BYTES_MAX = 1_048_576
/** Bad signatures from one address in a minute, before the next is answered by a 429 and by no line in the log. */
export const FORGED_PER_MINUTE_MAX = 60
export const FORGED_ADDRESSES_MAX = 10_000
/** How long what came is kept as it came. */
export const EVENT_KEPT_DAYS = 90
export const FORGOTTEN_AT_ONCE_MAX = 1_000
export const RESEALED_AT_ONCE_MAX = 500
export const ACCOUNTS_REMEMBERED_MAX = 256
/** How often an event is tried before it waits for a person. */
export const EVENT_ATTEMPTS_MAX = 8
/** When a provider is asked how an attempt, a refund or a transfer stands: so long after the time before. */
export const ASK_AFTER_S = [5, 15, 30, 60, 180, 600] as const
/** A QR code that nobody has scanned can be paid until then, and is not known to the provider before. */
export const LATE_MS = 10 * 60_000
export const FORGOTTEN_MS = 3 * 3_600_000
/** Of a kind, side by side; all kinds together leave connections to those who charge. */
export const ASKED_AT_ONCE_MAX = 4
/** When whoever was told that nobody knows should ask again, with the same key. */
export const UNCLEAR_RETRY_S = 1
/** While somebody asks, nobody else does. */
export const ASK_LEASE_MS = 60_000
export const PAGE_ROWS_MAX = 200
export const PAGE_ROWS_USUAL = 50
/** What JSON carries exactly. */
export const MINOR_MAX = 9_007_199_254_740_991n
export const REASON_LETTERS_MAX = 500
/** How far back the health of an account looks. */
export const HEALTH_HOURS_USUAL = 24
export const HEALTH_HOURS_MAX = 24 * 7
/** Of the messages about one order that are shown with it. */
export const STORY_EVENTS_MAX = 100
/** A lab is on this machine and says little: where nothing comes in this time there is none. */
export const LAB_TIMEOUT_MS = 2_000
export const LAB_BYTES_MAX = 262_144
/** What a lab takes. */
export const LAB_TIMES_MAX = 1_000_000
export const LAB_MS_MAX = 366 * 86_400_000
