export const PASSWORD_LETTERS_MIN = 8
export const PASSWORD_LETTERS_MAX = 128
export const NAME_LETTERS_MAX = 80
export const EMAIL_LETTERS_MAX = 254
export const REASON_LETTERS_MAX = 500
export const PAGE_ROWS_MAX = 100

/** A session that is used lives on; one that is not ends after this long. */
export const SESSION_LIFE_S = 30 * 86_400
export const SESSION_RENEWED_EVERY_S = 86_400
export const RESET_LINK_LIFE_S = 3_600
export const VERIFY_LINK_LIFE_S = 86_400

/** Guessing must be slow: calls a minute and address to whatever takes a password or a code. */
export const GUESSES_PER_MINUTE_MAX = 20

export const KEY_RANGES_MAX = 20
/** A key is looked up again after this long even when nobody says that it changed. */
export const KEY_CACHED_MS = 60_000
export const KEYS_CACHED_MAX = 10_000
export const SESSIONS_CACHED_MAX = 10_000

/** From the QR code to the callback. WeChat's own code lives as long. */
export const WECHAT_ATTEMPT_LIFE_S = 600
/** Two answers of WeChat must fit into the time that one of ours may take. */
export const WECHAT_ANSWERS_WITHIN_MS = 4_000
export const WECHAT_ANSWER_BYTES_MAX = 65_536
export const RETURN_PATH_LETTERS_MAX = 200

/** Who has no password proves by a sign-in of this age that it is still them. */
export const SIGN_IN_RECENT_S = 600
