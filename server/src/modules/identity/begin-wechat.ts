import { randomBytes } from 'node:crypto'
import type { Actor } from '#audit'
import { sha256 } from '#kernel/crypto'
import type { Database, Tx } from '#kernel/db'
import { done, type Outcome } from '#kernel/outcome'
import type { Language } from '#kernel/refusals'
import { qrPage, type WechatLogin } from './ask-wechat.ts'
import type { AuthCall } from './auth.ts'
import { type KnockDeps, type KnockRefusal, knock } from './knock.ts'
import { identity } from './refusals.ts'
import { insertAttempt, wechatSince } from './wechat-store.ts'

interface Deps extends KnockDeps {
  readonly wechat: WechatLogin
  readonly publicUrl: string
}

interface Want {
  readonly returnPath: string
  readonly language: Language
}

/** An attempt that has begun: where to scan, and what only this browser knows of it. */
export interface Begun {
  readonly url: string
  readonly expiresAt: Date
  readonly browserSecret: string
}

const SECRET_BYTES = 32
export const CALLBACK_PATH = '/api/v1/auth/wechat/callback'

/** Begins a sign-in by WeChat. */
export const beginSignIn = (deps: Deps, want: Want): Promise<Begun> =>
  begin(deps, deps.db, want, null)

/** Begins to bind WeChat to somebody who is signed in and says their password once more. */
export async function beginBinding(
  deps: Deps,
  want: Want & {
    readonly password: string
    readonly actor: Actor
    readonly headers: AuthCall['headers']
  },
): Promise<Outcome<Begun, KnockRefusal | 'wechat_bound'>> {
  const { actor, headers, password } = want
  let begun: Begun | undefined
  const asked = {
    method: 'POST' as const,
    path: '/verify-password',
    action: 'identity.wechat_binding_begun',
    body: { password },
    ...{ actor, headers },
  }
  // Who came by WeChat has no password; what they would be told of one leads nowhere.
  if (await wechatSince(deps.db, actor.id)) return identity.no('wechat_bound')
  const outcome = await knock(deps, asked, async (tx) => {
    begun = await begin(deps, tx, want, actor.id)
    return undefined
  })
  if (!outcome.ok) return outcome
  return done(begun as Begun)
}

/**
 * Two secrets: the state travels through WeChat and its logs, the other one stays in a cookie of this browser. Whoever
 * makes somebody else's browser finish what they began has the first one alone.
 */
async function begin(
  deps: Deps,
  db: Database | Tx,
  { returnPath, language }: Want,
  personId: string | null,
): Promise<Begun> {
  const [state, browserSecret] = [secret(), secret()]
  const hashes = { state: sha256(state), browser: sha256(browserSecret) }
  const expiresAt = await insertAttempt(db, hashes, { personId, returnPath, locale: language })
  const redirectUri = `${deps.publicUrl}${CALLBACK_PATH}`
  return { url: qrPage(deps.wechat, { redirectUri, state, language }), expiresAt, browserSecret }
}

const secret = (): string => randomBytes(SECRET_BYTES).toString('hex')
