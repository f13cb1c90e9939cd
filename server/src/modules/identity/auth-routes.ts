import Type from 'typebox'
import { actorOf } from '#audit'
import { done } from '#kernel/outcome'
import { type Call, defineRoute, type Route } from '#kernel/routes'
import type { AuthAnswer } from './auth.ts'
import { type Ask, type KnockDeps, knock, knockTexts } from './knock.ts'
import { GUESSES_PER_MINUTE_MAX } from './limits.ts'
import { PAGE_POLICY } from './page.ts'
import { emailConfirmedPage } from './pages.ts'
import { identity } from './refusals.ts'
import { secondFactorRoutes } from './second-factor-routes.ts'
import {
  Email,
  Locale,
  Name,
  Password,
  PersonShape,
  personAnswer,
  strict,
  TimeZone,
} from './shapes.ts'
import { signUp } from './sign-up.ts'
import { findPerson, spendCode } from './store.ts'

const AUTH = '/api/v1/auth'
const area = 'auth'
const callsPerMinuteMax = GUESSES_PER_MINUTE_MAX

/** The verb may say any of them; a route lists those that can happen at its own door. */
const all = knockTexts

const SignedIn = Type.Object(
  {
    second_factor_needed: Type.Boolean({
      description: 'True: no session yet; send the code to /auth/two-factor/verify.',
    }),
    token: Type.Optional(
      Type.String({ description: 'For `Authorization: Bearer`; browsers get a cookie as well.' }),
    ),
    challenge: Type.Optional(
      Type.String({ description: 'To send along with the code, by clients that keep no cookies.' }),
    ),
    person: Type.Optional(PersonShape),
  },
  strict,
)

type AnyCall = Call<unknown, unknown, unknown>

export function authRoutes(deps: KnockDeps): Route[] {
  /** Hands better-auth's cookies on, and tells who is in now. */
  const signedIn = async (call: AnyCall, answer: AuthAnswer) => {
    for (const cookie of answer.cookies) call.reply.header('set-cookie', cookie)
    const user = answer.data['user'] as { id: string } | undefined
    const person = user && (await findPerson(deps.db, user.id))
    if (person && answer.token !== undefined)
      return done({
        second_factor_needed: false,
        token: answer.token,
        person: personAnswer(person),
      })
    const challenge = cookieIn(answer.cookies, deps.auth.challengeCookie)
    return done({ second_factor_needed: true, ...(challenge && { challenge }) })
  }
  const ask = (call: AnyCall, action: string, path: string, body: object, cookie?: string) => ({
    method: 'POST' as const,
    path,
    action,
    actor: actorOf(call),
    body,
    headers: cookie === undefined ? call.headers : { ...call.headers, cookie },
  })

  return [
    defineRoute({
      method: 'POST',
      url: `${AUTH}/sign-up/email`,
      scope: 'public',
      name: 'sign_up',
      summary: 'Sign up with e-mail and password, and be signed in',
      area,
      callsPerMinuteMax,
      body: Type.Object(
        {
          ...{ name: Name, email: Email, password: Password },
          ...{ locale: Type.Optional(Locale), time_zone: Type.Optional(TimeZone) },
        },
        {
          ...strict,
          examples: [{ name: 'Ada', email: 'ada@example.com', password: 'correct horse battery' }],
        },
      ),
      status: 201,
      answer: SignedIn,
      refuses: all,
      handle: async (call) => {
        const { locale, time_zone: timeZone, ...body } = call.body
        const outcome = await signUp(deps, {
          ...body,
          language: locale ?? call.language,
          timeZone,
          actor: actorOf(call),
          headers: call.headers,
        })
        return outcome.ok ? signedIn(call, outcome.value) : outcome
      },
    }),
    defineRoute({
      method: 'POST',
      url: `${AUTH}/sign-in/email`,
      scope: 'public',
      name: 'sign_in',
      summary: 'Sign in with e-mail and password',
      area,
      callsPerMinuteMax,
      body: Type.Object({ email: Email, password: Password }, strict),
      answer: SignedIn,
      refuses: all,
      handle: async (call) => {
        const want = ask(call, 'identity.signed_in', '/sign-in/email', call.body)
        const outcome = await knock(deps, want)
        return outcome.ok ? signedIn(call, outcome.value) : outcome
      },
    }),
    defineRoute({
      method: 'POST',
      url: `${AUTH}/two-factor/verify`,
      scope: 'public',
      name: 'verify_second_factor',
      summary: 'Finish signing in, or confirm the second factor, with a code',
      area,
      callsPerMinuteMax,
      body: Type.Object(
        {
          code: Type.String({ minLength: 6, maxLength: 32 }),
          kind: Type.Optional(Type.Union([Type.Literal('totp'), Type.Literal('backup')])),
          challenge: Type.Optional(Type.String({ maxLength: 500 })),
        },
        { ...strict, examples: [{ code: '123456' }] },
      ),
      answer: SignedIn,
      refuses: all,
      handle: async (call) => {
        const { code, kind = 'totp', challenge } = call.body
        const path = kind === 'totp' ? '/two-factor/verify-totp' : '/two-factor/verify-backup-code'
        const cookie =
          challenge === undefined
            ? undefined
            : `${deps.auth.challengeCookie}=${encodeURIComponent(challenge)}`
        const want = ask(call, 'identity.second_factor_given', path, { code }, cookie)
        const outcome = await knock(deps, want, async (tx, answer) => {
          if (kind !== 'totp') return undefined
          const { id } = answer.data['user'] as { id: string }
          return (await spendCode(tx, id, code)) ? undefined : identity.no('wrong_code')
        })
        return outcome.ok ? signedIn(call, outcome.value) : outcome
      },
    }),
    defineRoute({
      method: 'POST',
      url: `${AUTH}/sign-out`,
      scope: 'me',
      name: 'sign_out',
      summary: 'End this session',
      area,
      refuses: all,
      handle: async (call) => {
        const outcome = await knock(deps, ask(call, 'identity.signed_out', '/sign-out', {}))
        if (!outcome.ok) return outcome
        for (const cookie of outcome.value.cookies) call.reply.header('set-cookie', cookie)
        return done(undefined)
      },
    }),
    defineRoute({
      method: 'GET',
      url: `${AUTH}/verify-email`,
      scope: 'public',
      name: 'verify_email',
      summary: 'The link in the confirmation mail: shows a page',
      area,
      callsPerMinuteMax,
      query: Type.Object(
        { token: Type.String({ maxLength: 2_000 }), lang: Type.Optional(Locale) },
        strict,
      ),
      answerType: 'text/html',
      status: 200,
      refuses: all,
      handle: async (call) => {
        const path = `/verify-email?token=${encodeURIComponent(call.query.token)}`
        const want = { ...ask(call, 'identity.email_confirmed', path, {}), method: 'GET' as const }
        const outcome = await knock(deps, want)
        const page = emailConfirmedPage(outcome.ok, call.query.lang ?? call.language)
        await call.reply
          .code(outcome.ok ? 200 : 410)
          .header('content-security-policy', PAGE_POLICY)
          .type('text/html; charset=utf-8')
          .send(page)
        return done(undefined)
      },
    }),
    defineRoute({
      method: 'POST',
      url: `${AUTH}/send-verification-email`,
      scope: 'me',
      name: 'send_verification_email',
      summary: 'Send the confirmation mail again',
      area,
      callsPerMinuteMax,
      status: 202,
      refuses: { ...all, email_missing: identity.texts.email_missing },
      handle: async (call) => {
        const person = await findPerson(deps.db, call.principal.id)
        if (person?.emailVerified) return done(undefined)
        if (!person?.email) return identity.no('email_missing')
        const want = ask(call, 'identity.email_confirmation_asked', '/send-verification-email', {
          email: person.email,
        })
        const outcome = await knock(deps, want)
        return outcome.ok ? done(undefined) : outcome
      },
    }),
    ...passwordRoutes(deps, ask),
    ...secondFactorRoutes(deps, ask),
  ]
}

function passwordRoutes(deps: KnockDeps, ask: Ask): Route[] {
  return [
    defineRoute({
      method: 'POST',
      url: `${AUTH}/request-password-reset`,
      scope: 'public',
      name: 'request_password_reset',
      summary: 'Send a mail with a link to choose a new password',
      area,
      callsPerMinuteMax,
      body: Type.Object({ email: Email }, strict),
      status: 202,
      refuses: all,
      handle: async (call) => {
        // The answer is the same whether or not the address has an account.
        const path = '/request-password-reset'
        const outcome = await knock(deps, ask(call, 'identity.reset_asked', path, call.body))
        return outcome.ok ? done(undefined) : outcome
      },
    }),
    defineRoute({
      method: 'POST',
      url: `${AUTH}/reset-password`,
      scope: 'public',
      name: 'reset_password',
      summary: 'Choose a new password with the token of the mail; ends every session',
      area,
      callsPerMinuteMax,
      body: Type.Object(
        { token: Type.String({ minLength: 1, maxLength: 500 }), new_password: Password },
        strict,
      ),
      refuses: all,
      handle: async (call) => {
        const want = ask(call, 'identity.password_reset', '/reset-password', {
          token: call.body.token,
          newPassword: call.body.new_password,
        })
        const outcome = await knock(deps, want)
        return outcome.ok ? done(undefined) : outcome
      },
    }),
    defineRoute({
      method: 'POST',
      url: `${AUTH}/change-password`,
      scope: 'me',
      name: 'change_password',
      summary: 'Change the password; ends the other sessions and renews this one',
      area,
      callsPerMinuteMax,
      body: Type.Object({ current_password: Password, new_password: Password }, strict),
      answer: Type.Object({ token: Type.Optional(Type.String()) }, strict),
      refuses: { ...all, same_password: identity.texts.same_password },
      handle: async (call) => {
        if (call.body.current_password === call.body.new_password)
          return identity.no('same_password')
        const want = ask(call, 'identity.password_changed', '/change-password', {
          currentPassword: call.body.current_password,
          newPassword: call.body.new_password,
          revokeOtherSessions: true,
        })
        const outcome = await knock(deps, want)
        if (!outcome.ok) return outcome
        for (const cookie of outcome.value.cookies) call.reply.header('set-cookie', cookie)
        const { token } = outcome.value
        return done(token === undefined ? {} : { token })
      },
    }),
  ]
}

const cookieIn = (cookies: readonly string[], name: string): string | undefined => {
  const cookie = cookies.find((text) => text.startsWith(`${name}=`))
  const value = cookie?.split(';')[0]?.slice(name.length + 1)
  return value ? decodeURIComponent(value) : undefined
}
