/** A price book is read again after this long even when nobody says that it changed. */
export const PRICES_CACHED_MS = 60_000

export const RULE_PARTS_MAX = 20
export const RULE_VALUES_MAX = 100
/** Far beyond any price; a rule is worked out exactly whatever its numbers are. */
export const RULE_NUMBER_MAX = 1_000_000_000
export const UTC_OFFSET_MINUTES_MAX = 14 * 60

export const PARAM_LETTERS_MAX = 200
export const REASON_LETTERS_MAX = 500

export const PREVIEW_CHANGES_MAX = 20
export const PREVIEW_SAMPLES_MAX = 50
export const PREVIEW_TRAFFIC_MS = 7 * 86_400_000

export const CAPTURES_LOOKED_AT = 200
/** Pairs of an hour and parameters that are kept apart, of an action and day; the rest is counted together. */
export const TRAFFIC_KINDS_MAX = 2_000
export const TRAFFIC_KEPT_MS = 35 * 86_400_000

export const PRICE_ROWS_MAX = 100
export const PRICE_ROWS_USUAL = 50
