/** A name an app gave its own user; the owners' table keeps no longer one. */
export const EXTERNAL_ID_LETTERS_MAX = 128
export const TEXT_LETTERS_MAX = 500
export const METADATA_FIELDS_MAX = 50
/** They are kept for ever, and sealed: a block of large ones would take a sealer too long. */
export const FACTS_BYTES_MAX = 8_192

export const PAGE_ROWS_MAX = 200
export const PAGE_ROWS_USUAL = 50
/** History as a file is read so many at a time, as fast as the reader takes it. */
export const EXPORT_PAGE_ROWS_MAX = 1_000
export const BATCH_CHARGES_MAX = 100
export const STATS_DAYS_MAX = 366
export const STATS_DAYS_USUAL = 30

export const HOLD_LIFE_S_USUAL = 3_600
/** Whoever needs it longer extends it: a hold that nobody looks after must end. */
export const HOLD_LIFE_S_MAX = 30 * 86_400

/** Owners are made once and never removed, so what is remembered of them cannot go stale. */
export const OWNERS_REMEMBERED_MAX = 200_000
export const FIRSTS_REMEMBERED_MAX = 200_000

export const DUE_ROWS_MAX = 500
/** A block is a second of one cell at most, so this is some minutes of them in one transaction. */
export const BLOCKS_AT_ONCE_MAX = 200
/** What a page about an owner shows of their history; the rest is paged at `/credits/history`. */
export const ENTRIES_SHOWN = 20
export const BOOK_ROWS_MAX = 1_000
/** A block is sealed within a second of its last commit, a little more when the database is slow. */
export const SEALED_EVERY_MS = 500
export const SEALER_BREATH_MS = 75
/** Between cells that are added up, once a minute: with much written in each it would hold up charges for seconds. */
export const ROLL_UP_BREATH_MS = 40

/** What few owners have is read again after this long even when nobody says that it changed. */
export const KNOWN_CACHED_MS = 60_000
export const KEYS_REMEMBERED_MAX = 10_000
export const CAP_MAX = Number.MAX_SAFE_INTEGER
export const SPENDING_KEPT_DAYS = 62

/** A card that was declined is left alone for an hour. */
export const TOP_UP_BACK_OFF_MS = 3_600_000
/** What was paid for has this long to arrive before anybody pays again. */
export const TOP_UP_REST_MS = 60_000
/** How often charges below the threshold ask whether it is time. */
export const TOP_UP_ASKED_EVERY_MS = 5_000
export const TOP_UPS_REMEMBERED_MAX = 10_000
/** An attempt of which nobody says how it ended is over after a day. */
export const TOP_UP_LAPSES_MS = 86_400_000
export const TOP_UP_TIMES_MAX = 100
export const TOP_UP_RULES_MAX = 500
/** Ids whose names are asked for at once: as many as a page of any list has rows. */
export const NAMES_MAX = 100
