import { type Actor, type AuditDeps, writeAudit } from '#audit'
import { type Database, inTx, type Tx, violatedConstraint } from '#kernel/db'
import { done, type Facts, type Outcome, type Refusal } from '#kernel/outcome'
import type { RefusalText } from '#kernel/refusals'
import type { Call } from '#kernel/routes'
import type { Auth, AuthAnswer, AuthCall } from './auth.ts'
import { PASSWORD_LETTERS_MAX, PASSWORD_LETTERS_MIN } from './limits.ts'
import { identity } from './refusals.ts'
import { endSessionsIfBanned } from './store.ts'
import { KEY_ONCE } from './wechat-store.ts'

export interface KnockDeps extends AuditDeps {
  readonly db: Database
  readonly auth: Auth
}

interface Knock extends AuthCall {
  readonly method: 'GET' | 'POST'
  readonly path: string
  /** What the audit trail calls it. */
  readonly action: string
  readonly actor: Actor
  /** What else the line says. */
  readonly after?: Facts
  /** Finds, or makes, whom the call vouches for, and says what the line calls it then. */
  readonly vouch?: (tx: Tx) => Promise<{ readonly personId: string; readonly action: string }>
}

/** How a route words its knock. */
export type Ask = (
  call: Call<unknown, unknown, unknown>,
  action: string,
  path: string,
  body: object,
) => Knock

const REFUSALS = [
  'wrong_credentials',
  'email_taken',
  'email_invalid',
  'weak_password',
  'wrong_password',
  'password_missing',
  'wrong_code',
  'too_many_codes',
  'link_expired',
  'second_factor_off',
  'second_factor_on',
  'banned',
] as const
export type KnockRefusal = (typeof REFUSALS)[number]

/** What a knock may be answered, for the lists of those who knock. */
export const knockTexts = Object.fromEntries(
  REFUSALS.map((code) => [code, identity.texts[code]]),
) as Readonly<Record<KnockRefusal, RefusalText>>

/** What else belongs to the same fact; what it refuses undoes all of it. */
type Also<Code extends string> = (
  tx: Tx,
  answer: AuthAnswer,
) => Promise<Outcome<never, KnockRefusal | Code> | undefined>

/**
 * Asks better-auth to do something, writes the audit line about it, and translates the answer. All in
 * one transaction, and a refusal commits too: a counted wrong guess and its audit line must stay.
 */
export async function knock<Code extends string = never>(
  deps: KnockDeps,
  want: Knock,
  also?: Also<Code>,
): Promise<Outcome<AuthAnswer, KnockRefusal | Code>> {
  try {
    return await knockOnce(deps, want, also)
  } catch (error) {
    if (error instanceof Undone) {
      await inTx(deps.db, (tx) =>
        writeAudit(tx, deps, want.actor, {
          action: want.action,
          target: { kind: 'person', id: want.actor.id || 'unknown' },
          result: 'refused',
          reason: error.refusal.code,
        }),
      )
      return { ok: false, refusal: error.refusal as Refusal<KnockRefusal | Code> }
    }
    // Two sign-ups with one e-mail raced and the constraint judged: the loser now sees the winner's row.
    if (error instanceof AuthBroken && error.code === 'FAILED_TO_CREATE_USER')
      return knockOnce(deps, want, also)
    // Or two first sign-ins of one WeChat did.
    if (violatedConstraint(error) === KEY_ONCE) return knockOnce(deps, want, also)
    throw error
  }
}

/** Takes the whole transaction back: the session that better-auth just made, too. */
class Undone extends Error {
  readonly refusal: Refusal
  constructor(refusal: Refusal) {
    super(refusal.code)
    this.refusal = refusal
  }
}

/** better-auth swallowed a fault of the database; the transaction it happened in is dead. */
class AuthBroken extends Error {
  readonly code: string
  constructor(status: number, code: string) {
    super(`better-auth answered ${status} ${code}`)
    this.code = code
  }
}

function knockOnce<Code extends string>(
  deps: KnockDeps,
  want: Knock,
  also?: Also<Code>,
): Promise<Outcome<AuthAnswer, KnockRefusal | Code>> {
  return inTx(deps.db, async (tx) => {
    const vouched = await want.vouch?.(tx)
    const from = {
      ...want,
      ...(want.actor.ip !== undefined && { ip: want.actor.ip }),
      ...(vouched && { vouchedFor: vouched.personId }),
    }
    const answer = sound(await deps.auth.call(tx, want.method, want.path, from))
    const personId = vouched?.personId ?? actingOrIn(want.actor, answer)
    const opened = answer.status < 400
    const banned = opened && personId !== '' && (await endSessionsIfBanned(tx, personId))
    await writeAudit(tx, deps, want.actor, {
      action: vouched?.action ?? want.action,
      target: { kind: 'person', id: personId || 'unknown' },
      ...(want.after && { after: want.after }),
      ...verdictOn(answer, banned),
    })
    if (banned) return identity.no('banned')
    if (!opened) return translate(answer)
    const refused = await also?.(tx, answer)
    if (refused && !refused.ok) throw new Undone(refused.refusal)
    return done(answer)
  })
}

function sound(answer: AuthAnswer): AuthAnswer {
  if (answer.status >= 500 || answer.code?.startsWith('FAILED_TO_'))
    throw new AuthBroken(answer.status, answer.code ?? '')
  return answer
}

const verdictOn = (answer: AuthAnswer, banned: boolean) => {
  const reason = banned ? 'banned' : answer.code
  const result = answer.status < 400 && !banned ? ('done' as const) : ('refused' as const)
  return reason === undefined ? { result } : { result, reason }
}

const actingOrIn = (actor: Actor, answer: AuthAnswer): string =>
  actor.kind === 'person' ? actor.id : personIn(answer)

const personIn = (answer: AuthAnswer): string => {
  const user = answer.data['user']
  return typeof user === 'object' && user !== null && 'id' in user ? String(user.id) : ''
}

const WORDS: Readonly<Record<string, KnockRefusal>> = {
  INVALID_EMAIL_OR_PASSWORD: 'wrong_credentials',
  CREDENTIAL_ACCOUNT_NOT_FOUND: 'password_missing',
  INVALID_EMAIL: 'email_invalid',
  VALIDATION_ERROR: 'email_invalid',
  USER_ALREADY_EXISTS: 'email_taken',
  USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL: 'email_taken',
  INVALID_PASSWORD: 'wrong_password',
  INVALID_TOKEN: 'link_expired',
  TOKEN_EXPIRED: 'link_expired',
  USER_NOT_FOUND: 'link_expired',
  INVALID_CODE: 'wrong_code',
  INVALID_BACKUP_CODE: 'wrong_code',
  INVALID_TWO_FACTOR_COOKIE: 'wrong_code',
  OTP_HAS_EXPIRED: 'wrong_code',
  TOO_MANY_ATTEMPTS_REQUEST_NEW_CODE: 'too_many_codes',
  ACCOUNT_TEMPORARILY_LOCKED: 'too_many_codes',
  TOTP_NOT_ENABLED: 'second_factor_off',
  TWO_FACTOR_NOT_ENABLED: 'second_factor_off',
  BACKUP_CODES_NOT_ENABLED: 'second_factor_off',
  TOTP_ALREADY_ENABLED: 'second_factor_on',
}

function translate(answer: AuthAnswer): Outcome<never, KnockRefusal> {
  const { code = '' } = answer
  if (code === 'PASSWORD_TOO_SHORT' || code === 'PASSWORD_TOO_LONG')
    return identity.no('weak_password', {
      letters_min: PASSWORD_LETTERS_MIN,
      letters_max: PASSWORD_LETTERS_MAX,
    })
  const word = WORDS[code]
  // An answer we do not know is a change of the library: loud, so that it is learned, not guessed.
  if (word === undefined) throw new AuthBroken(answer.status, code)
  return identity.no(word)
}
