import Type from 'typebox'
import { actorOf } from '#audit'
import type { Log } from '#kernel/log'
import { done } from '#kernel/outcome'
import { type Call, defineRoute, type Route } from '#kernel/routes'
import type { WechatLogin } from './ask-wechat.ts'
import { type Begun, beginBinding, beginSignIn, CALLBACK_PATH } from './begin-wechat.ts'
import { type Finished, finishWechat } from './finish-wechat.ts'
import { type KnockDeps, knockTexts } from './knock.ts'
import { GUESSES_PER_MINUTE_MAX, WECHAT_ATTEMPT_LIFE_S } from './limits.ts'
import { identity } from './refusals.ts'
import { Locale, Password, ReturnPath, strict, Time } from './shapes.ts'
import { unbindWechat } from './unbind-wechat.ts'
import { wechatSince } from './wechat-store.ts'

interface Deps extends KnockDeps {
  readonly wechat: WechatLogin
  readonly log: Log
  readonly publicUrl: string
  readonly secureCookies: boolean
}

const AUTH = '/api/v1/auth'
/** The portal's page, which says what came of it: `problem`, `step`, `lang`, `return_to`. */
const SIGN_IN_PATH = '/sign-in'
const area = 'auth'
const callsPerMinuteMax = GUESSES_PER_MINUTE_MAX

const Wanted = {
  return_to: Type.Optional(ReturnPath),
  locale: Type.Optional(Locale),
}
const BegunShape = Type.Object(
  {
    url: Type.String({ description: 'The page with the QR code: send the browser there.' }),
    expires_at: Time,
  },
  strict,
)

type AnyCall = Call<unknown, unknown, unknown>

export function wechatRoutes(deps: Deps): Route[] {
  const cookie = browserCookie(deps.secureCookies)
  const begun = (call: AnyCall, { url, expiresAt, browserSecret }: Begun) => {
    call.reply.header('set-cookie', cookie.keep(browserSecret))
    return done({ url, expires_at: expiresAt.toISOString() })
  }
  const { only_way_in, wechat_not_bound, wechat_bound } = identity.texts
  return [
    defineRoute({
      method: 'POST',
      url: `${AUTH}/wechat/start`,
      scope: 'public',
      name: 'start_wechat_sign_in',
      summary: 'Begin a sign-in by WeChat, which this browser alone can finish',
      area,
      callsPerMinuteMax,
      body: Type.Object(Wanted, { ...strict, examples: [{ return_to: '/sign-in' }] }),
      answer: BegunShape,
      handle: async (call) => begun(call, await beginSignIn(deps, wantOf(call))),
    }),
    defineRoute({
      method: 'GET',
      url: CALLBACK_PATH,
      scope: 'public',
      name: 'finish_wechat_sign_in',
      summary: 'Where WeChat sends the browser: leads on to a page',
      area,
      hidden: true, // between WeChat and us; no app calls it
      callsPerMinuteMax,
      // What else WeChat may add one day is not read; who somebody is never stands in an address.
      query: Type.Object({
        code: Type.Optional(Type.String({ maxLength: 512 })),
        state: Type.Optional(Type.String({ maxLength: 128 })),
      }),
      status: 302,
      handle: async (call) => {
        const finished = await finishWechat(deps, {
          state: call.query.state,
          code: call.query.code || undefined,
          browserSecret: cookie.read(call.headers.cookie),
          actor: actorOf(call),
          headers: call.headers,
        })
        const { attempt, outcome } = finished
        if (attempt) call.reply.header('set-cookie', cookie.forget)
        if (outcome.ok)
          for (const line of outcome.value?.cookies ?? []) call.reply.header('set-cookie', line)
        // The address it came by holds a code: it travels on to nobody.
        call.reply.header('referrer-policy', 'no-referrer')
        await call.reply.redirect(`${deps.publicUrl}${pathAfter(finished)}`)
        return done(undefined)
      },
    }),
    defineRoute({
      method: 'GET',
      url: `${AUTH}/wechat`,
      scope: 'me',
      name: 'get_my_wechat',
      summary: 'Whether one can sign in by WeChat',
      area,
      answer: Type.Object({ bound_since: Type.Union([Time, Type.Null()]) }, strict),
      handle: async ({ principal }) => {
        const since = await wechatSince(deps.db, principal.id)
        return done({ bound_since: since?.toISOString() ?? null })
      },
    }),
    defineRoute({
      method: 'POST',
      url: `${AUTH}/wechat/bind`,
      scope: 'me',
      name: 'start_wechat_binding',
      summary: 'Begin to bind a WeChat to the account that is signed in',
      area,
      callsPerMinuteMax,
      body: Type.Object(
        { password: Password, ...Wanted },
        { ...strict, examples: [{ password: 'correct horse battery', return_to: '/sign-in' }] },
      ),
      answer: BegunShape,
      refuses: { ...knockTexts, wechat_bound },
      handle: async (call) => {
        const outcome = await beginBinding(deps, {
          ...wantOf(call),
          ...{ password: call.body.password, actor: actorOf(call), headers: call.headers },
        })
        return outcome.ok ? begun(call, outcome.value) : outcome
      },
    }),
    defineRoute({
      method: 'POST',
      url: `${AUTH}/wechat/unbind`,
      scope: 'me',
      name: 'unbind_wechat',
      summary: 'Take WeChat away as a way in, and sign out everywhere else',
      area,
      callsPerMinuteMax,
      body: Type.Object({ password: Password }, strict),
      refuses: { ...knockTexts, only_way_in, wechat_not_bound },
      handle: (call) =>
        unbindWechat(deps, {
          password: call.body.password,
          sessionId: call.principal.sessionId,
          actor: actorOf(call),
          headers: call.headers,
        }),
    }),
  ]
}

interface Wish {
  readonly return_to?: string
  readonly locale?: 'en' | 'zh-CN'
}

const wantOf = ({ body, language: spoken }: Call<Wish, unknown, unknown>) => {
  const language = body.locale ?? spoken
  return { language, returnPath: body.return_to ?? `${SIGN_IN_PATH}?lang=${language}` }
}

/** A path of this site: the one that was asked for, or the sign-in page with what is still missing. */
function pathAfter({ attempt, outcome }: Finished): string {
  const isIn = outcome.ok && (outcome.value === undefined || 'user' in outcome.value.data)
  if (attempt && isIn) return attempt.returnPath
  const isElsewhere = attempt && !attempt.returnPath.startsWith(SIGN_IN_PATH)
  const query = new URLSearchParams({
    ...(outcome.ok ? { step: 'code' } : { problem: outcome.refusal.code }),
    ...(attempt && { lang: attempt.locale }),
    ...(isElsewhere && { return_to: attempt.returnPath }),
  })
  return `${SIGN_IN_PATH}?${query}`
}

/** The half of an attempt that stays in the browser. Strict would not be sent when WeChat leads back. */
function browserCookie(secure: boolean) {
  // With this prefix no other host of the domain can set it, and so lay an attempt of its own under this one.
  const name = `${secure ? '__Host-' : ''}tongbao.wechat`
  const rules = `Path=/; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`
  return {
    keep: (secret: string) => `${name}=${secret}; Max-Age=${WECHAT_ATTEMPT_LIFE_S}; ${rules}`,
    forget: `${name}=; Max-Age=0; ${rules}`,
    read: (header: string | undefined): string | undefined =>
      header
        ?.split(/; */)
        .find((pair) => pair.startsWith(`${name}=`))
        ?.slice(name.length + 1),
  }
}
