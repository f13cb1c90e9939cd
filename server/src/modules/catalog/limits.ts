/** All of them stand on one page, and are read for each look at it. */
export const PRODUCTS_MAX = 500
export const PRODUCT_ID_MAX = 32_767
export const NAME_LETTERS_MAX = 40
export const BLURB_LETTERS_MAX = 200
export const REASON_LETTERS_MAX = 500

export const PRICES_MAX = 20
export const TIERS_MAX = 50
export const CHANNELS_MAX = 20
/** In minor units of any currency; far beyond what anybody pays at once. */
export const PRICE_MINOR_MAX = 1_000_000_000
export const CREDITS_MAX = 1_000_000_000
export const PURCHASES_MAX = 10_000
export const CARD_DAYS_MAX = 366
export const SORT_MAX = 32_767

/** Providers send no money back after a year. */
export const REFUND_WINDOW_DAYS_MAX = 365
/** Hundredths of a per cent. */
export const FEE_BP_MAX = 10_000

export const VERSION_ROWS_MAX = 100
export const VERSION_ROWS_USUAL = 20
