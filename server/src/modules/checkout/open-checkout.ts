import type { Instant } from '#kernel/clock'
import { inTx } from '#kernel/db'
import type { JobKind } from '#kernel/jobs'
import type { Hearing } from '#kernel/outbox'
import type { Route } from '#kernel/routes'
import type { ProposalKind } from '#proposals'
import { topUpHearings } from './auto-top-up.ts'
import { closeDueOrders, eachAlone } from './close-order.ts'
import type { Counter } from './deps.ts'
import { followRoutes } from './follow-routes.ts'
import { instrumentRoutes } from './instrument-routes.ts'
import { orderRoutes } from './order-routes.ts'
import { paymentRoutes } from './payment-routes.ts'
import { dismissRefund, refundKind } from './refund-order.ts'
import { refundRoutes } from './refund-routes.ts'
import { listUndecided } from './refund-store.ts'

interface Checkout {
  readonly routes: readonly Route[]
  readonly jobs: readonly JobKind<object>[]
  readonly proposalKinds: readonly ProposalKind[]
  readonly hearings: readonly Hearing[]
}

/** Proposals end after three days: what was kept ready for one is let go then. */
const UNDECIDED_MS = 73 * 3_600_000

export const openCheckout = (deps: Counter): Checkout => ({
  routes: [
    ...paymentRoutes(deps),
    ...followRoutes(deps),
    ...instrumentRoutes(deps),
    ...refundRoutes(deps),
    ...orderRoutes(deps),
  ],
  hearings: topUpHearings(deps),
  proposalKinds: [refundKind(deps)],
  jobs: [
    {
      name: 'checkout.close_due',
      cron: '* * * * *',
      run: async () => {
        await closeDueOrders(deps)
      },
    },
    {
      name: 'checkout.dismiss_undecided',
      cron: '27 * * * *',
      run: async () => {
        const before = (deps.clock.now() - UNDECIDED_MS) as Instant
        await eachAlone(await listUndecided(deps.db, before), (id) =>
          inTx(deps.db, (tx) => dismissRefund(tx, deps, id)),
        )
      },
    },
  ],
})
