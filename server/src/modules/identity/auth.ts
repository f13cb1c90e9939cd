import { AsyncLocalStorage } from 'node:async_hooks'
import type { IncomingHttpHeaders } from 'node:http'
import { APIError, type BetterAuthPlugin, betterAuth } from 'better-auth'
import { createAuthEndpoint } from 'better-auth/api'
import { setSessionCookie } from 'better-auth/cookies'
import { bearer } from 'better-auth/plugins/bearer'
import { twoFactor } from 'better-auth/plugins/two-factor'
import type { Database, Tx } from '#kernel/db'
import type { NewId } from '#kernel/ids'
import type { Language } from '#kernel/refusals'
import { columns, secondFactorColumns } from './auth-columns.ts'
import {
  PASSWORD_LETTERS_MAX,
  PASSWORD_LETTERS_MIN,
  RESET_LINK_LIFE_S,
  SESSION_LIFE_S,
  SESSION_RENEWED_EVERY_S,
  VERIFY_LINK_LIFE_S,
} from './limits.ts'

export interface Letter {
  readonly kind: 'verify' | 'reset'
  readonly to: { readonly id: string; readonly email: string; readonly name: string }
  readonly token: string
  /** The language of the call that caused it, where the person has not chosen one yet. */
  readonly language: Language | undefined
}

/** How passwords are kept and known again; what better-auth does where it is not said. */
export interface Passwords {
  readonly hash: (password: string) => Promise<string>
  readonly verify: (of: { readonly hash: string; readonly password: string }) => Promise<boolean>
}

interface AuthOptions {
  readonly passwords: Passwords | undefined
  readonly db: Database
  readonly publicUrl: string
  /** Newest first; the older ones still read what they wrote. */
  readonly secrets: readonly { readonly version: number; readonly value: string }[]
  readonly secureCookies: boolean
  readonly newId: NewId
  /** Called inside the transaction of the call that caused the letter. */
  readonly send: (tx: Tx, letter: Letter) => Promise<void>
}

export interface AuthAnswer {
  readonly status: number
  /** better-auth's own word for what went wrong. */
  readonly code: string | undefined
  readonly data: Readonly<Record<string, unknown>>
  readonly cookies: readonly string[]
  /** The session's token, for clients that keep no cookies. */
  readonly token: string | undefined
}

export interface Auth {
  /** What the cookie of a sign-in that waits for its second factor is called here. */
  readonly challengeCookie: string
  call(tx: Tx, method: 'GET' | 'POST', path: string, from: AuthCall): Promise<AuthAnswer>
  session(headers: Headers): Promise<{ personId: string; sessionId: string } | undefined>
  /** Of whoever has the second factor on; the codes themselves stay behind this wall. */
  backupCodesLeft(personId: string): Promise<number>
}

export interface AuthCall {
  readonly body?: object
  /** Whose session `VOUCHED_PATH` opens: the house has made sure of them in a way that is not better-auth's. */
  readonly vouchedFor?: string
  readonly language?: Language
  readonly ip?: string
  readonly headers: IncomingHttpHeaders
}

/** Opens a session for whom the call vouches; the second factor is asked for as after a password. */
export const VOUCHED_PATH = '/sign-in/vouched'

const BASE_PATH = '/api/v1/auth'
const SCHEMA = 'identity'
const COOKIE_PREFIX = 'tongbao'
const PREFIX_OF: Readonly<Record<string, string>> = { user: 'usr', session: 'ses', account: 'acc' }

/**
 * The wall to better-auth. It signs people in and keeps sessions and second factors; it knows nothing
 * of roles, keys, audit or mail. Its statements run in *our* transaction: the storage it is given is
 * whichever transaction the call carries, so that a session and the audit line about it are one fact.
 */
export function openAuth(options: AuthOptions): Auth {
  const inside = new AsyncLocalStorage<Inside>()
  // better-auth asks once, when it is built, for the storage of our schema, and keeps it. What it keeps
  // must therefore be this proxy, and every use of it must look anew whose transaction it is in.
  const storage: Database = new Proxy(options.db, {
    get: (db, name) => {
      if (name === 'withSchema') return () => storage
      const now = (inside.getStore()?.tx ?? db).withSchema(SCHEMA)
      const value: unknown = Reflect.get(now, name)
      return typeof value === 'function' ? value.bind(now) : value
    },
  })
  const send: Send = (letter) => {
    const now = inside.getStore()
    if (!now) throw new Error('a letter is only sent inside a transaction')
    return options.send(now.tx, { ...letter, language: now.language })
  }
  const noteFault = (fault: unknown): void => {
    const now = inside.getStore()
    if (now) now.fault ??= fault
  }
  const vouchedFor = (): string | undefined => inside.getStore()?.vouchedFor
  const auth = build(options, storage, { send, noteFault, vouchedFor })
  return {
    challengeCookie: `${options.secureCookies ? '__Secure-' : ''}${COOKIE_PREFIX}.two_factor`,
    call: async (tx, method, path, from) => {
      const { language, vouchedFor } = from
      const now: Inside = { tx, language, vouchedFor, fault: undefined }
      const request = new Request(`${options.publicUrl}${BASE_PATH}${path}`, {
        method,
        headers: passedOn(from, options.publicUrl),
        ...(method === 'POST' && { body: JSON.stringify(from.body ?? {}) }),
      })
      const response = await inside.run(now, () => auth.handler(request))
      // It turns a fault of the database into a bare 500; ours must see the fault itself, to try again
      // what lost a race and to say 503 where the road is down.
      if (response.status >= 500 && now.fault !== undefined) throw now.fault
      return answerOf(response)
    },
    session: async (headers) => {
      const found = await auth.api.getSession({ headers })
      return found ? { personId: found.user.id, sessionId: found.session.id } : undefined
    },
    backupCodesLeft: async (userId) =>
      (await auth.api.viewBackupCodes({ body: { userId } })).backupCodes.length,
  }
}

const PASSED_ON = ['authorization', 'cookie', 'user-agent']
const ADDRESS_HEADER = 'x-tongbao-address'

// The origin was judged at our own door; better-auth hears that the call comes from this site.
const passedOn = ({ headers: given, ip }: AuthCall, origin: string): Headers => {
  const headers = new Headers({ 'content-type': 'application/json', origin })
  if (ip !== undefined) headers.set(ADDRESS_HEADER, ip)
  for (const name of PASSED_ON) {
    const value = given[name]
    if (typeof value === 'string') headers.set(name, value)
  }
  return headers
}

async function answerOf(response: Response): Promise<AuthAnswer> {
  const text = await response.text()
  const json: unknown = text.startsWith('{') ? JSON.parse(text) : {}
  const data = json as Readonly<Record<string, unknown>>
  const code = data['code']
  const token = response.headers.get('set-auth-token')
  return {
    status: response.status,
    code: typeof code === 'string' ? code : undefined,
    data,
    cookies: response.headers.getSetCookie(),
    token: token === null ? undefined : decodeURIComponent(token),
  }
}

interface Inside {
  readonly tx: Tx
  readonly language: Language | undefined
  readonly vouchedFor: string | undefined
  /** The first thing that broke under better-auth during this call. */
  fault: unknown
}

type Send = (letter: Omit<Letter, 'language'>) => Promise<void>

interface Around {
  readonly send: Send
  readonly noteFault: (fault: unknown) => void
  readonly vouchedFor: () => string | undefined
}

function build(options: AuthOptions, storage: Database, { send, noteFault, vouchedFor }: Around) {
  return betterAuth({
    appName: 'Tongbao',
    baseURL: options.publicUrl,
    basePath: BASE_PATH,
    secrets: [...options.secrets],
    secret: options.secrets[0]?.value ?? '',
    trustedOrigins: [options.publicUrl],
    telemetry: { enabled: false },
    logger: { disabled: true }, // it logs e-mail addresses
    rateLimit: { enabled: false }, // our own door counts
    onAPIError: { onError: noteFault },
    database: {
      db: storage as never,
      type: 'postgres',
      schemaName: 'identity',
      transaction: false,
    },
    advanced: {
      cookiePrefix: COOKIE_PREFIX,
      useSecureCookies: options.secureCookies,
      ipAddress: { ipAddressHeaders: [ADDRESS_HEADER] },
      database: {
        generateId: ({ model }) => options.newId(PREFIX_OF[model] ?? 'idt'),
        // It looks at the tables once, while it is built, and where PostgreSQL is slow or cannot be reached then it looks
        // again inside somebody's transaction, where it cannot. The migrations have seen to the tables.
        validateSchema: false,
      },
    },
    emailAndPassword: {
      enabled: true,
      ...(options.passwords && { password: options.passwords }),
      minPasswordLength: PASSWORD_LETTERS_MIN,
      maxPasswordLength: PASSWORD_LETTERS_MAX,
      resetPasswordTokenExpiresIn: RESET_LINK_LIFE_S,
      revokeSessionsOnPasswordReset: true,
      sendResetPassword: ({ user, token }) => send({ kind: 'reset', to: user, token }),
    },
    emailVerification: {
      sendOnSignUp: true,
      expiresIn: VERIFY_LINK_LIFE_S,
      sendVerificationEmail: ({ user, token }) => send({ kind: 'verify', to: user, token }),
    },
    ...columns,
    // A reset link is worth an account: the table holds only its hash.
    verification: { ...columns.verification, storeIdentifier: 'hashed' },
    session: {
      ...columns.session,
      expiresIn: SESSION_LIFE_S,
      updateAge: SESSION_RENEWED_EVERY_S,
    },
    // A session's row holds its token without the signature: whoever reads the table cannot use it.
    plugins: [bearer({ requireSignature: true }), vouching(vouchedFor), secondFactor()],
  })
}

/**
 * Its own sign-ins through other sites call them inside our transaction, know one name for a person, keep their tokens
 * and open a session without the second factor. So the way there and back is ours (`finish-wechat.ts`), and better-auth
 * opens the session. Whose it is never comes from a request.
 */
const vouching = (vouchedFor: () => string | undefined) =>
  ({
    id: 'vouching',
    endpoints: {
      signInVouched: createAuthEndpoint(VOUCHED_PATH, { method: 'POST' }, async (ctx) => {
        const { internalAdapter } = ctx.context
        const id = vouchedFor()
        const user = id === undefined ? null : await internalAdapter.findUserById(id)
        if (!user) throw new APIError('UNAUTHORIZED', { code: 'NOBODY_VOUCHED' })
        const session = await internalAdapter.createSession(user.id)
        await setSessionCookie(ctx, { session, user })
        return ctx.json({ token: session.token, user: { id: user.id } })
      }),
    },
  }) satisfies BetterAuthPlugin

/** The library asks for the second factor after a password alone. */
const secondFactor = () => {
  const plugin = twoFactor({
    issuer: 'Tongbao',
    schema: secondFactorColumns,
    allowPasswordless: true, // who has none has just signed in: `provenAnew`
  })
  const after = plugin.hooks.after.map(({ matcher, handler }) => ({
    matcher: (context: Parameters<typeof matcher>[0]) =>
      matcher(context) || context.path === VOUCHED_PATH,
    handler,
  }))
  return { ...plugin, hooks: { after } }
}
