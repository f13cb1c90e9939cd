/** How far a signature's time may be from ours, in both directions; the official clients draw the line here, too. */
export const SIGNATURE_AGE_MS_MAX = 300_000
/** Whoever knocks with serials we do not know makes us ask WeChat no more often than this, for each account. */
export const REFRESH_PAUSE_MS = 60_000
/** What was downloaded is looked at again after this, so that a certificate that was withdrawn is forgotten. */
export const LIST_FRESH_MS = 12 * 3_600_000
/** AES-256: a key of 16 bytes would be AES-128 to a careless library. */
export const APIV3_KEY_BYTES = 32
export const TAG_BYTES = 16
export const DESCRIPTION_BYTES_MAX = 127
export const REASON_BYTES_MAX = 80
export const REMARK_LETTERS_MAX = 32
/** Below ¥0.30 WeChat takes no name of the payee. */
export const NAME_FROM_FEN = 30n
/** What RSA-OAEP can take with a key of 2048 bits, rounded down. */
export const NAME_BYTES_MAX = 200
/** Packed; a day of a million rows has some 60 MB. */
export const BILL_BYTES_MAX = 100 * 1_048_576
/** Unpacked: what is larger is no bill, or a bomb. */
export const BILL_TEXT_BYTES_MAX = 400 * 1_048_576
