import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { auditJobs, auditRoutes } from '#audit'
import { openCatalog } from '#catalog'
import { creditsJobs, openCredits, openSealer } from '#credits'
import { type Identity, identityJobs, openIdentity, type Passwords } from '#identity'
import { type MovableClock, movableClock } from '#kernel/clock'
import { followClock } from '#kernel/clock-store'
import { type Keyring, keyring } from '#kernel/crypto'
import { type Database, openPool, type Pool } from '#kernel/db'
import { buildHttp } from '#kernel/http'
import { idsFrom, type NewId } from '#kernel/ids'
import { type JobKind, type Jobs, openJobs } from '#kernel/jobs'
import type { Log } from '#kernel/log'
import { mailJob, mailPoster } from '#kernel/mail'
import { type Metrics, makeMetrics } from '#kernel/metrics'
import { forgetRelayed, type Hearing, hearingJobs, type Relay } from '#kernel/outbox'
import type { Route } from '#kernel/routes'
import { openSignals, type Signals } from '#kernel/signals'
import { ledgerJobs, ledgerRoutes, openTeller, type Teller } from '#ledger'
import type { Payments } from '#payments'
import { proposalRoutes } from '#proposals'
import { reportRoutes } from '#reports'
import type { Config } from './config.ts'
import { openMoneyIn } from './money-in.ts'
import { operationsRoutes } from './operations-routes.ts'
import { openPush } from './push.ts'
import { webPages } from './web-pages.ts'

/** Everything that is not pure, wired once. A test makes its own world; so does the simulation. */
export interface World {
  readonly config: Config
  readonly version: string
  readonly db: Database
  readonly pool: Pool
  readonly clock: MovableClock
  readonly newId: NewId
  readonly ring: Keyring
  readonly log: Log
  readonly jobs: Jobs
  readonly relay: Relay
  readonly signals: Signals
  readonly metrics: Metrics
  readonly identity: Identity
  readonly teller: Teller
  readonly payments: Payments
  readonly routes: readonly Route[]
  readonly http: FastifyInstance
  /** Joins the house: follows its clock, hears its signals, may enqueue work. */
  open(): Promise<void>
  /** Takes its share of the work: jobs and events. */
  start(): Promise<void>
  stop(): Promise<void>
}

export interface WorldOptions {
  readonly config: Config
  readonly databaseUrl: string
  readonly publicUrl: string
  readonly secrets: readonly string[]
  /** Undefined where the given user may not work as the application's role. */
  readonly role: string | undefined
  readonly log: Log
  readonly hearings?: readonly Hearing[]
  readonly jobsPollingSeconds?: number
  readonly passwords?: Passwords
}

const PACKAGE = readFileSync(join(import.meta.dirname, '../../../package.json'), 'utf8')
const VERSION = (JSON.parse(PACKAGE) as { version: string }).version
const CONNECTIONS_MAX = 16
const DOOR_CONNECTIONS_MAX = 4
const RATES = {
  anonymousPerMinuteMax: 600,
  personPerMinuteMax: 1_200,
  keyPerMinuteMax: 1_000_000,
} as const

/** What stands before anything is built on it: time, chance, secrets, connections. */
function layGround({ databaseUrl: url, role, log, secrets }: WorldOptions) {
  const connect = { url, role, log }
  const pool = openPool({ ...connect, connectionsMax: CONNECTIONS_MAX })
  // Passwords are slow to check on purpose, and a sign-in holds its connection meanwhile: a rush of them
  // must not take the connections that charges need.
  const doorPool = openPool({ ...connect, connectionsMax: DOOR_CONNECTIONS_MAX })
  const clock = movableClock()
  const common = {
    ...{ db: pool.db, clock, newId: idsFrom(clock), ring: keyring(secrets) },
    machineMs: () => performance.now(),
  }
  return { connect, pool, doorPool, common, signals: openSignals(url, log), metrics: makeMetrics() }
}

type JobDeps = ReturnType<typeof layGround>['common'] & {
  readonly teller: Teller
  readonly log: Log
}

const kindsOf = (config: Config, deps: JobDeps): JobKind<never>[] => [
  ...auditJobs(deps),
  ...identityJobs(deps),
  ...ledgerJobs({ ...deps, dataFolder: config.dataFolder }),
  ...creditsJobs(deps),
  mailJob({ ...deps, smtpUrl: config.smtpUrl, from: config.mailFrom }),
  { name: 'kernel.forget_relayed', cron: '17 * * * *', run: () => forgetRelayed(deps.db) },
]

export async function buildWorld(options: WorldOptions): Promise<World> {
  const { config, log, publicUrl } = options
  const production = config.mode === 'production'
  const { connect, pool, doorPool, common, signals, metrics } = layGround(options)
  const { db, clock, newId, ring } = common
  const teller = openTeller({ pool: pool.pg, clock })
  const sealer = openSealer({ db, log })
  const catalog = openCatalog(common)
  const credits = openCredits({ ...common, ...config, ...catalog, teller, signals, log })
  const money = openMoneyIn({ ...common, teller, signals, log, config, publicUrl, credits })
  const hearings = [...credits.hearings, ...money.hearings, ...(options.hearings ?? [])]
  const jobs: Jobs = openJobs({
    ...{ db, ...connect },
    kinds: [
      ...kindsOf(config, { ...common, teller, log }),
      ...money.jobs,
      ...hearingJobs(hearings),
    ],
    pollingSeconds: options.jobsPollingSeconds ?? 1,
  })
  const identity = openIdentity({
    ...{ ...common, signInDb: doorPool.db, signals, publicUrl },
    ...{ postMail: mailPoster(jobs, ring), bootstrapKey: config.bootstrapKey },
    ...{ production, log, wechat: config.wechatLogin, passwords: options.passwords },
  })
  const { redisUrl } = config
  const push = await openPush({
    ...common,
    ...{ signals, metrics, log, identity, jobs, hearings, redisUrl },
  })
  const { relay, realtime, redis } = push
  const routes = [
    // In the order in which the API's page shows them: first what an app calls.
    ...credits.routes,
    ...catalog.routes,
    ...money.routes,
    ...proposalRoutes({ ...common, kinds: [...credits.proposalKinds, ...money.proposalKinds] }),
    ...identity.routes,
    ...windows({ ...common, pool, jobs, metrics, signals, config }),
    ...realtime.routes,
  ]
  const http = await buildHttp({
    ...{ routes, production, version: VERSION, clock, log, metrics },
    authenticate: identity.authenticate,
    origins: [options.publicUrl],
    newRequestId: () => newId('req'),
    trustProxy: config.trustProxy,
    rates: { redis, ...RATES },
    pages: webPages({ config, version: VERSION }),
  })
  wakeAfterWork(http, relay)
  return {
    ...{ config, version: VERSION, db, pool, clock, newId, ring, log },
    ...{ jobs, relay, signals, metrics },
    ...{ identity, teller, payments: money.payments, routes, http },
    open: async () => {
      await signals.start()
      await followClock(db, clock, signals)
      await jobs.open()
      await realtime.start()
    },
    start: async () => {
      await jobs.start()
      relay.start()
      sealer.start()
      money.payments.janitor.start(relay.wake)
    },
    stop: async () => {
      realtime.sendAway()
      await http.close()
      await money.payments.janitor.stop()
      await push.stop()
      await jobs.stop()
      await sealer.stop()
      // Last of those who move value: whoever came before has been answered.
      await teller.stop()
      await signals.stop()
      await Promise.all([pool.close(), doorPool.close()])
    },
  }
}

/** What staff look through. */
const windows = (
  deps: Parameters<typeof operationsRoutes>[0] & Parameters<typeof auditRoutes>[0],
) => [...auditRoutes(deps), ...ledgerRoutes(deps), ...reportRoutes(deps), ...operationsRoutes(deps)]

/** What a request told need not wait for the relay's next look. */
const wakeAfterWork = (http: FastifyInstance, relay: Relay): void => {
  http.addHook('onResponse', (request, _reply, done) => {
    if (request.method !== 'GET') relay.wake()
    done()
  })
}
