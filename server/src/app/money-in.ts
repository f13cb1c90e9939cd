import { openCheckout, payeeOf } from '#checkout'
import { accounts, keyMakers, type openCredits } from '#credits'
import type { Clock } from '#kernel/clock'
import type { Keyring } from '#kernel/crypto'
import type { Database } from '#kernel/db'
import type { NewId } from '#kernel/ids'
import type { Log } from '#kernel/log'
import type { Signals } from '#kernel/signals'
import type { Teller } from '#ledger'
import { openAsk, openPayments, type Payments, refusedBy, unclear, yes } from '#payments'
import type { Config } from './config.ts'

interface Deps {
  readonly db: Database
  readonly clock: Clock
  readonly newId: NewId
  readonly ring: Keyring
  readonly teller: Teller
  readonly signals: Signals
  readonly log: Log
  readonly machineMs: () => number
  readonly publicUrl: string
  readonly config: Config
  readonly credits: ReturnType<typeof openCredits>
}

/** Orders and payments know each other only through what is handed in here. */
export function openMoneyIn({ config, credits, ...deps }: Deps) {
  const production = config.mode === 'production'
  const payments: Payments = openPayments({
    ...deps,
    machineNow: Date.now,
    ask: openAsk(),
    labAllowed: !production,
    payee: payeeOf({ ...deps, production }),
    // The wallet pays as an app would charge it: in the words of a provider.
    spend: async (owner, what) => {
      const outcome = await credits.spend(owner, what)
      if (outcome.ok) return yes(outcome.value)
      const { code } = outcome.refusal
      return code === 'unavailable' || code === 'ledger_busy' ? unclear(code) : refusedBy(code)
    },
    ...{ sandboxAllowed: !production || config.sandbox, refundLimit: config.refundLimit },
  })
  const checkout = openCheckout({
    ...{ ...deps, payments, production, whichAccount: accounts(deps) },
    ...{ concludeTopUp: credits.concludeTopUp, isTopUpDue: credits.isTopUpDue },
    ...{ refundLimit: config.refundLimit, makerOf: keyMakers(deps.db) },
  })
  if (production && config.sandbox)
    deps.log.warn({}, 'the sandbox is open in production: what it pays for is play money')
  return {
    payments,
    routes: [...checkout.routes, ...payments.routes],
    hearings: checkout.hearings,
    jobs: [...payments.jobs, ...checkout.jobs],
    proposalKinds: [...checkout.proposalKinds, ...payments.proposalKinds],
  }
}
