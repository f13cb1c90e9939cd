/** A token is renewed this long before it ends, so that none ends on its way. */
export const TOKEN_EARLY_S = 120
export const TOKENS_KEPT_MAX = 64

export const CERTIFICATE_BYTES_MAX = 64 * 1024
export const CHAIN_CERTIFICATES_MAX = 6
export const CERTIFICATES_KEPT_MAX = 32
/** Anybody may name a certificate and have us fetch it; one a month is the usual. */
export const FETCHES_PER_MINUTE_MAX = 10
export const RSA_BITS_MIN = 2_048

/** PayPal sends for three days; what it sends again may be signed as it was the first time. */
export const SIGNATURE_AGE_MAX_MS = (3 * 24 + 1) * 3_600_000
export const SIGNATURE_AHEAD_MAX_MS = 5 * 60_000

export const BILL_PAGE_ROWS = 500
/** Of one hour; PayPal lists no more for one question. */
export const BILL_PAGES_MAX = 20
export const BILL_BYTES_MAX = 8 * 1024 * 1024
