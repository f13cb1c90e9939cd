import type { FastifyRequest } from 'fastify'
import type { AuditDeps } from '#audit'
import type { Keyring } from '#kernel/crypto'
import type { Database } from '#kernel/db'
import type { Log } from '#kernel/log'
import type { PostMail } from '#kernel/mail'
import type { Principal, Route } from '#kernel/routes'
import type { Signals } from '#kernel/signals'
import { peopleRoutes } from './admin-routes.ts'
import type { WechatLogin } from './ask-wechat.ts'
import { openAuth, type Passwords } from './auth.ts'
import { authRoutes } from './auth-routes.ts'
import { authenticate } from './authenticate.ts'
import { ensurePerson, type NewPerson } from './ensure-person.ts'
import { openKeyCache } from './key-cache.ts'
import { keyRoutes } from './key-routes.ts'
import { writeLetter } from './letters.ts'
import { meRoutes } from './me-routes.ts'
import { pageRoutes } from './pages.ts'
import { openSessionCache } from './session-cache.ts'
import { stillIn } from './still-in.ts'
import { findPerson } from './store.ts'
import { wechatRoutes } from './wechat-routes.ts'

export interface IdentityDeps extends AuditDeps {
  readonly db: Database
  /** Connections of its own for what takes a password or a code. */
  readonly signInDb: Database
  readonly ring: Keyring
  readonly signals: Signals
  readonly postMail: PostMail
  readonly machineMs: () => number
  readonly publicUrl: string
  readonly bootstrapKey: string | undefined
  readonly production: boolean
  /** Undefined: nobody signs in by WeChat here. */
  readonly wechat: WechatLogin | undefined
  readonly passwords: Passwords | undefined
  readonly log: Log
}

export interface Identity {
  readonly routes: readonly Route[]
  readonly authenticate: (request: FastifyRequest) => Promise<Principal>
  /** Of those who came in once, whoever would be let in now. */
  readonly stillIn: <P extends Principal>(principals: readonly P[]) => Promise<ReadonlySet<P>>
  /** Makes a person who can sign in, for demo data; leaves whoever is there already. */
  readonly ensurePerson: (want: NewPerson) => Promise<void>
}

export function openIdentity(deps: IdentityDeps): Identity {
  const secureCookies = deps.publicUrl.startsWith('https:')
  const auth = openAuth({
    ...{ db: deps.db, passwords: deps.passwords },
    publicUrl: deps.publicUrl,
    secrets: deps.ring
      .versions('sessions')
      .map(({ version, key }) => ({ version, value: key.toString('base64url') })),
    secureCookies,
    newId: deps.newId,
    send: async (tx, letter) => {
      const language = letter.language ?? (await findPerson(tx, letter.to.id))?.locale ?? 'zh-CN'
      await deps.postMail(tx, writeLetter(letter, language, deps.publicUrl))
    },
  })
  const keys = openKeyCache(deps)
  const knockDeps = { ...deps, db: deps.signInDb, auth }
  const { wechat } = deps
  return {
    ensurePerson: (want) => ensurePerson(knockDeps, want),
    stillIn: (principals) => stillIn(deps.db, principals),
    authenticate: authenticate({
      keys,
      sessions: openSessionCache({ db: deps.db, auth }),
      bootstrapKey: deps.bootstrapKey,
      secondFactorForStaff: deps.production,
      sessionCookie: 'tongbao.session_token',
    }),
    routes: [
      ...authRoutes(knockDeps),
      ...(wechat ? wechatRoutes({ ...knockDeps, wechat, secureCookies }) : []),
      ...meRoutes(deps),
      ...keyRoutes({ ...deps, live: deps.production }),
      ...peopleRoutes(deps),
      ...pageRoutes(),
    ],
  }
}
