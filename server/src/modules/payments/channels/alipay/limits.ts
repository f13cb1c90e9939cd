/** An answer of Alipay ages by its clock and ours; more than this apart, it may be an old one. */
export const ANSWER_FRESH_MS = 300_000
export const ANSWER_BYTES_MAX = 262_144

export const FORM_FIELDS_MAX = 128
export const KEYS_MAX = 4
export const PEM_LETTERS_MAX = 16_384
/** RSA2 asks for it. */
export const RSA_BITS_MIN = 2_048

export const TITLE_LETTERS_MAX = 256
export const REASON_LETTERS_MAX = 80

/** A busy day of half a million rows has some 130 MB, and packs to a tenth of it. */
export const BILL_PACKED_BYTES_MAX = 33_554_432
export const BILL_BYTES_MAX = 134_217_728
/** Alipay packs two. */
export const ZIP_ENTRIES_MAX = 16
/** An address lives 30 seconds: one that died on the way is asked for once more. */
export const BILL_ADDRESSES_MAX = 2

/** Of a message: a trade's has some two thousand. */
export const FORM_BYTES_MAX = 65_536
