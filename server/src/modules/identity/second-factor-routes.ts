import Type from 'typebox'
import { done } from '#kernel/outcome'
import { defineRoute, type Route } from '#kernel/routes'
import { type Ask, type KnockDeps, knock, knockTexts } from './knock.ts'
import { GUESSES_PER_MINUTE_MAX } from './limits.ts'
import { accountIn } from './person.ts'
import { provenAnew } from './proven-anew.ts'
import { identity } from './refusals.ts'
import { Password, strict } from './shapes.ts'
import { findPerson } from './store.ts'

const FACTOR = '/api/v1/auth/two-factor'
const area = 'auth'
const callsPerMinuteMax = GUESSES_PER_MINUTE_MAX
const BackupCodes = Type.Array(Type.String(), { description: 'Each works once. Shown now only.' })

export function secondFactorRoutes(deps: KnockDeps, ask: Ask): Route[] {
  const body = Type.Object(
    { password: Type.Optional(Password) },
    { ...strict, examples: [{ password: 'correct horse battery' }] },
  )
  const refuses = { ...knockTexts, sign_in_again: identity.texts.sign_in_again }
  return [
    defineRoute({
      method: 'POST',
      url: `${FACTOR}/enable`,
      scope: 'me',
      name: 'enable_second_factor',
      summary: 'Begin with a second factor; it counts once a code was verified',
      area,
      callsPerMinuteMax,
      body,
      answer: Type.Object(
        {
          totp_uri: Type.String({ description: 'For the QR code of an authenticator app.' }),
          backup_codes: BackupCodes,
        },
        strict,
      ),
      refuses,
      handle: async (call) => {
        const stale = await provenAnew(deps.db, call.principal)
        if (stale) return stale
        const path = '/two-factor/enable'
        const outcome = await knock(
          deps,
          ask(call, 'identity.second_factor_begun', path, call.body),
        )
        if (!outcome.ok) return outcome
        const { totpURI, backupCodes } = outcome.value.data
        const person = await findPerson(deps.db, call.principal.id)
        const uri = person ? accountIn(String(totpURI), person) : String(totpURI)
        return done({ totp_uri: uri, backup_codes: backupCodes as string[] })
      },
    }),
    defineRoute({
      method: 'POST',
      url: `${FACTOR}/disable`,
      scope: 'me',
      name: 'disable_second_factor',
      summary: 'Switch the second factor off',
      area,
      callsPerMinuteMax,
      body,
      answer: Type.Object({ token: Type.Optional(Type.String()) }, strict),
      refuses,
      handle: async (call) => {
        const stale = await provenAnew(deps.db, call.principal)
        if (stale) return stale
        const path = '/two-factor/disable'
        const outcome = await knock(deps, ask(call, 'identity.second_factor_off', path, call.body))
        if (!outcome.ok) return outcome
        for (const cookie of outcome.value.cookies) call.reply.header('set-cookie', cookie)
        const { token } = outcome.value
        return done(token === undefined ? {} : { token })
      },
    }),
    defineRoute({
      method: 'GET',
      url: `${FACTOR}/backup-codes`,
      scope: 'me',
      name: 'count_backup_codes',
      summary: 'How many backup codes are left',
      area,
      answer: Type.Object({ left: Type.Integer({ minimum: 0 }) }, strict),
      refuses: { second_factor_off: identity.texts.second_factor_off },
      handle: async ({ principal }) => {
        const person = await findPerson(deps.db, principal.id)
        if (!person?.secondFactor) return identity.no('second_factor_off')
        return done({ left: await deps.auth.backupCodesLeft(principal.id) })
      },
    }),
    defineRoute({
      method: 'POST',
      url: `${FACTOR}/backup-codes`,
      scope: 'me',
      name: 'renew_backup_codes',
      summary: 'Make ten new backup codes; those before open nothing any more',
      area,
      callsPerMinuteMax,
      body,
      answer: Type.Object({ backup_codes: BackupCodes }, strict),
      refuses,
      handle: async (call) => {
        const stale = await provenAnew(deps.db, call.principal)
        if (stale) return stale
        const want = ask(
          call,
          'identity.backup_codes_renewed',
          '/two-factor/generate-backup-codes',
          call.body,
        )
        const outcome = await knock(deps, want)
        if (!outcome.ok) return outcome
        return done({ backup_codes: outcome.value.data['backupCodes'] as string[] })
      },
    }),
  ]
}
