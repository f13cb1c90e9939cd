import type { Actor, AuditDeps } from '#audit'
import type { Instant } from '#kernel/clock'
import type { Keyring } from '#kernel/crypto'
import type { Database, Tx } from '#kernel/db'
import { invariant } from '#kernel/invariant'
import type { JobKind } from '#kernel/jobs'
import type { Log } from '#kernel/log'
import type { Route } from '#kernel/routes'
import type { Signals } from '#kernel/signals'
import type { Teller } from '#ledger'
import type { ProposalKind } from '#proposals'
import { accountRoutes } from './account-routes.ts'
import { findAccount } from './account-store.ts'
import { askAttempt, closeAttempt } from './ask-attempt.ts'
import { type Attempt, isAskable } from './attempt.ts'
import { listAttempts } from './attempt-store.ts'
import { rejectRefund } from './begin-refund.ts'
import type { Channel, Delivery, Ground } from './channel.ts'
import { openAlipay } from './channels/alipay/index.ts'
import { openBalance, type Spend } from './channels/balance/index.ts'
import { openOffline } from './channels/offline/index.ts'
import { openPaypal } from './channels/paypal/index.ts'
import { cashierRoutes } from './channels/sandbox/cashier.ts'
import { openSandbox } from './channels/sandbox/index.ts'
import { openStripe } from './channels/stripe/index.ts'
import { openWechat } from './channels/wechat/index.ts'
import { channelsOf } from './channels.ts'
import { forgetEvents } from './event-store.ts'
import { healthRoutes } from './health-routes.ts'
import { hookRoutes } from './hook-routes.ts'
import { inboxRoutes } from './inbox-routes.ts'
import { type Janitor, openJanitor } from './janitor.ts'
import { openKnownAccounts } from './known-accounts.ts'
import { labRoutes } from './lab-routes.ts'
import { EVENT_KEPT_DAYS, LAB_BYTES_MAX, LAB_TIMEOUT_MS } from './limits.ts'
import { offlineKinds } from './mark-offline.ts'
import { offlineRoutes } from './offline-routes.ts'
import { listOpenMethods } from './open-methods.ts'
import { openAsk } from './outbound.ts'
import type { Payee } from './payee.ts'
import { receiveEvent } from './receive-event.ts'
import { type Resealed, reseal } from './reseal.ts'
import { suspenseKind } from './return-suspended.ts'
import { beginTransfer } from './send-transfer.ts'
import { type AccountWanted, setAccount } from './set-account.ts'
import { staffRoutes } from './staff-routes.ts'
import { type PaymentsDeps, startAttempt } from './start-attempt.ts'

interface Deps extends AuditDeps {
  readonly db: Database
  readonly ring: Keyring
  readonly teller: Teller
  readonly signals: Signals
  readonly spend: Spend
  readonly log: Log
  readonly publicUrl: string
  readonly machineMs: () => number
  /** The machine's time of day in ms: what providers sign with. */
  readonly machineNow: () => number
  readonly ask: Ground['ask']
  /** Where nothing is real, providers may be played. */
  readonly labAllowed: boolean
  readonly payee: Payee
  readonly sandboxAllowed: boolean
  readonly refundLimit: number
}

export interface Payments {
  readonly routes: readonly Route[]
  readonly jobs: readonly JobKind<object>[]
  /** What a second person may have to decide. */
  readonly proposalKinds: readonly ProposalKind[]
  readonly janitor: Janitor
  /** For a demo: an account where there is none. */
  readonly openUnlessThere: (
    channel: string,
    name: string,
    want: AccountWanted,
    actor: Actor,
  ) => Promise<void>
  readonly start: (want: Parameters<typeof startAttempt>[1]) => ReturnType<typeof startAttempt>
  /** After a rotation of the secret: everything of ours is sealed with the newest. */
  readonly reseal: (actor: Actor) => Promise<Resealed>
  /** The method of a channel that charges what a payer has saved, where it has one. */
  readonly savedMethodOf: (channel: string) => string | undefined
  /** Whether asking for a way to pay is paying already. */
  readonly takesAtOnce: (channel: string, method: string | undefined) => boolean
  /** By which channels this currency can be paid now. */
  readonly openMethods: (
    want: Parameters<typeof listOpenMethods>[1],
  ) => ReturnType<typeof listOpenMethods>
  /** Asks the provider how an attempt stands, without waiting for its turn. */
  readonly askNow: (attempt: Attempt) => Promise<void>
  /** Ends, at the providers, every attempt to pay for this that nobody has paid. */
  readonly closeAll: (subject: string) => Promise<void>
  /** A refund that waited for a second person, and got a no. */
  readonly reject: (tx: Tx, refundId: string) => Promise<boolean>
  readonly transfer: (want: Parameters<typeof beginTransfer>[1]) => ReturnType<typeof beginTransfer>
}

/** One line for each channel. */
function openChannels(deps: Deps): Channel[] {
  const ground = { now: deps.machineNow, ask: deps.ask }
  return [
    openWechat(ground),
    openAlipay(ground),
    openStripe(ground),
    openPaypal(ground),
    ...(deps.sandboxAllowed
      ? [
          openSandbox({
            ...{ db: deps.db, now: deps.machineNow },
            cashierUrl: (tradeNo) => `${deps.publicUrl}/cashier/${tradeNo}`,
          }),
        ]
      : []),
    openBalance(deps),
    openOffline(),
  ]
}

export function openPayments(deps: Deps): Payments {
  const core: PaymentsDeps = { ...deps, channels: channelsOf(openChannels(deps)) }
  const janitor = openJanitor(core)
  const withJanitor = { ...core, janitor }
  const knownAccounts = openKnownAccounts(deps.db, deps.signals)
  const staff = { ...core, sandboxAllowed: deps.sandboxAllowed, knownAccounts }
  const hearing = { ...core, knownAccounts }
  const askLab = openAsk({ timeoutMs: LAB_TIMEOUT_MS, bytesMax: LAB_BYTES_MAX })
  const deliver = async (account: string, delivery: Delivery) => {
    await receiveEvent(hearing, { channel: 'sandbox', account }, delivery)
    janitor.wake('events')
  }
  return {
    janitor,
    proposalKinds: [...offlineKinds(core), suspenseKind(core)],
    routes: [
      ...hookRoutes({ ...hearing, janitor, machineMs: deps.machineMs }),
      ...accountRoutes(staff),
      ...inboxRoutes(withJanitor),
      ...staffRoutes(withJanitor),
      ...healthRoutes(core),
      ...offlineRoutes(core),
      ...(deps.sandboxAllowed ? cashierRoutes({ ...deps, now: deps.machineNow, deliver }) : []),
      ...(deps.labAllowed ? labRoutes({ ...core, ask: askLab }) : []),
    ],
    jobs: [
      {
        name: 'payments.forget_events',
        cron: '11 4 * * *',
        run: async () => {
          const before = (deps.clock.now() - EVENT_KEPT_DAYS * 86_400_000) as Instant
          while ((await forgetEvents(deps.db, before)) > 0);
        },
      },
    ],
    openUnlessThere: async (channel, name, want, actor) => {
      if (await findAccount(deps.db, channel, name)) return
      const opened = await setAccount(staff, channel, name, want, actor)
      invariant(opened.ok, 'PY7', `the account ${channel}/${name} cannot be opened`)
    },
    start: (want) => startAttempt(core, want),
    takesAtOnce: (name, method) => {
      const channel = core.channels.get(name)
      return channel?.takesAtOnce?.includes(method ?? channel.methods[0] ?? '') ?? false
    },
    savedMethodOf: (channel) => core.channels.get(channel)?.savedMethod,
    openMethods: (want) => listOpenMethods(core, want),
    askNow: async (attempt) => {
      if (isAskable(attempt, deps.clock.now())) await askAttempt(core, attempt)
    },
    reseal: (actor) => reseal(deps, actor),
    closeAll: async (subject) => {
      for (const attempt of await listAttempts(deps.db, subject)) await closeAttempt(core, attempt)
    },
    reject: (tx, refundId) => rejectRefund(tx, deps, refundId),
    transfer: async (want) => {
      const outcome = await beginTransfer(core, want)
      janitor.wake('transfers')
      return outcome
    },
  }
}
