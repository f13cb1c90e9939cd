import { createRoute } from '@tanstack/react-router'
import { page } from '~/app/page.ts'
import { Problem } from '~/app/problem.ts'
import { meQuery } from '~/app/queries.ts'
import { root } from '~/app/root.tsx'
import { ConsoleLayout } from '~/console/layout.tsx'
import { dayOf, minuteOf, oneOf, textOf } from '~/console/parts/search.ts'
import { FramePending } from '~/kit/page-states.tsx'
import { signInFrom } from '~/shell/person.ts'

/** Around every page of the console; who is not signed in is led to where one is. */
const consoleArea = createRoute({
  getParentRoute: () => root,
  path: '/console',
  component: ConsoleLayout,
  pendingComponent: FramePending,
  beforeLoad: async ({ context, location }) => {
    try {
      return { me: await context.queries.ensureQueryData(meQuery) }
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 401) throw error
      // The page where one signs in belongs to the portal: another document.
      globalThis.location.assign(signInFrom(location.href))
      return new Promise<never>(() => {})
    }
  },
})
const getParentRoute = () => consoleArea

const overview = createRoute({
  getParentRoute,
  path: '/',
  validateSearch: (search): { days?: '7' | '30' | '90' | undefined } => ({
    days: oneOf(['7', '30', '90'])(textOf(search['days'])),
  }),
  component: page(() => import('~/console/overview/page.tsx'), 'OverviewPage'),
})

const people = createRoute({
  getParentRoute,
  path: '/people',
  validateSearch: (search): { q?: string | undefined } => ({ q: textOf(search['q']) }),
  component: page(() => import('~/console/people/page.tsx'), 'PeoplePage'),
})

interface PersonSearch {
  readonly tab?: 'timeline' | 'balances' | 'why' | 'profile' | undefined
  readonly what?: 'entry' | 'order' | 'payment' | 'refund' | 'act' | undefined
  readonly asset?: string | undefined
  readonly at?: string | undefined
}
const person = createRoute({
  getParentRoute,
  path: '/people/$id',
  validateSearch: (search): PersonSearch => ({
    tab: oneOf(['timeline', 'balances', 'why', 'profile'])(search['tab']),
    what: oneOf(['entry', 'order', 'payment', 'refund', 'act'])(search['what']),
    asset: oneOf(['credit', 'test_credit', 'coin', 'cny'])(search['asset']),
    at: minuteOf(search['at']),
  }),
  component: page(() => import('~/console/people/person-page.tsx'), 'PersonPage'),
})

interface OrdersSearch {
  readonly status?: 'pending' | 'paid' | 'partially_refunded' | 'refunded' | 'closed' | undefined
  readonly q?: string | undefined
  readonly owner?: string | undefined
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly mode?: 'live' | 'test' | undefined
  /** The days are those of UTC, as where the link to them stands. */
  readonly utc?: true | undefined
}
const orders = createRoute({
  getParentRoute,
  path: '/orders',
  validateSearch: (search): OrdersSearch => ({
    status: oneOf(['pending', 'paid', 'partially_refunded', 'refunded', 'closed'])(
      search['status'],
    ),
    q: textOf(search['q']),
    owner: textOf(search['owner']),
    from: dayOf(search['from']),
    to: dayOf(search['to']),
    mode: oneOf(['live', 'test'])(search['mode']),
    utc: search['utc'] === true ? true : undefined,
  }),
  component: page(() => import('~/console/orders/page.tsx'), 'OrdersPage'),
})

const order = createRoute({
  getParentRoute,
  path: '/orders/$id',
  component: page(() => import('~/console/orders/order-page.tsx'), 'OrderPage'),
})

const REFUNDS = [
  ...(['requested', 'approved', 'submitted', 'unknown', 'succeeded'] as const),
  ...(['failed', 'abnormal', 'rejected'] as const),
]
const refunds = createRoute({
  getParentRoute,
  path: '/refunds',
  validateSearch: (search): { state?: (typeof REFUNDS)[number] | undefined } => ({
    state: oneOf(REFUNDS)(search['state']),
  }),
  component: page(() => import('~/console/refunds/page.tsx'), 'RefundsPage'),
})

const disputes = createRoute({
  getParentRoute,
  path: '/disputes',
  validateSearch: (search): { state?: 'opened' | 'won' | 'lost' | undefined } => ({
    state: oneOf(['opened', 'won', 'lost'])(search['state']),
  }),
  component: page(() => import('~/console/disputes/page.tsx'), 'DisputesPage'),
})

interface InboxSearch {
  readonly state?: 'waiting' | 'done' | 'dead' | undefined
  readonly channel?: string | undefined
  readonly open?: string | undefined
}
const inbox = createRoute({
  getParentRoute,
  path: '/inbox',
  validateSearch: (search): InboxSearch => ({
    state: oneOf(['waiting', 'done', 'dead'])(search['state']),
    channel: textOf(search['channel']),
    open: textOf(search['open']),
  }),
  component: page(() => import('~/console/inbox/page.tsx'), 'InboxPage'),
})

const suspense = createRoute({
  getParentRoute,
  path: '/suspense',
  component: page(() => import('~/console/suspense/page.tsx'), 'SuspensePage'),
})

const products = createRoute({
  getParentRoute,
  path: '/products',
  component: page(() => import('~/console/products/page.tsx'), 'ProductsPage'),
})
const product = createRoute({
  getParentRoute,
  path: '/products/$id',
  component: page(() => import('~/console/products/product-page.tsx'), 'ProductPage'),
})

const prices = createRoute({
  getParentRoute,
  path: '/prices',
  validateSearch: (search): { all?: true | undefined } => ({
    all: search['all'] === true ? true : undefined,
  }),
  component: page(() => import('~/console/prices/page.tsx'), 'PricesPage'),
})
const price = createRoute({
  getParentRoute,
  path: '/prices/edit',
  // An action has dots in its name, and a path with a dot is a file to a server.
  validateSearch: (search): { action?: string | undefined } => ({
    action: textOf(search['action']),
  }),
  component: page(() => import('~/console/prices/price-page.tsx'), 'PricePage'),
})

interface AuditSearch {
  readonly actor?: string | undefined
  readonly action?: string | undefined
  readonly kind?: string | undefined
  readonly target?: string | undefined
  readonly result?: 'done' | 'refused' | undefined
  readonly looks?: 'all' | undefined
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly open?: string | undefined
}
const audit = createRoute({
  getParentRoute,
  path: '/audit',
  validateSearch: (search): AuditSearch => ({
    actor: textOf(search['actor']),
    action: textOf(search['action']),
    kind: textOf(search['kind']),
    target: textOf(search['target']),
    result: oneOf(['done', 'refused'])(search['result']),
    looks: oneOf(['all'])(search['looks']),
    from: dayOf(search['from']),
    to: dayOf(search['to']),
    open: textOf(search['open']),
  }),
  component: page(() => import('~/console/audit/page.tsx'), 'AuditPage'),
})

const jobs = createRoute({
  getParentRoute,
  path: '/jobs',
  validateSearch: (search): { queue?: string | undefined } => ({ queue: textOf(search['queue']) }),
  component: page(() => import('~/console/jobs/page.tsx'), 'JobsPage'),
})

const PROPOSALS = ['proposed', 'approved', 'rejected', 'withdrawn', 'expired', 'all'] as const
interface ApprovalsSearch {
  readonly state?: (typeof PROPOSALS)[number] | undefined
  readonly open?: string | undefined
}
const approvals = createRoute({
  getParentRoute,
  path: '/approvals',
  validateSearch: (search): ApprovalsSearch => ({
    state: oneOf(PROPOSALS)(search['state']),
    open: textOf(search['open']),
  }),
  component: page(() => import('~/console/approvals/page.tsx'), 'ApprovalsPage'),
})

const channels = createRoute({
  getParentRoute,
  path: '/channels',
  validateSearch: (search): { hours?: '1' | '24' | '168' | undefined } => ({
    hours: oneOf(['1', '24', '168'])(textOf(search['hours'])),
  }),
  component: page(() => import('~/console/channels/page.tsx'), 'ChannelsPage'),
})

interface BooksSearch {
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly asset?: string | undefined
}
const books = createRoute({
  getParentRoute,
  path: '/books',
  validateSearch: (search): BooksSearch => ({
    from: dayOf(search['from']),
    to: dayOf(search['to']),
    asset: oneOf(['credit', 'test_credit', 'coin', 'cny'])(search['asset']),
  }),
  component: page(() => import('~/console/books/page.tsx'), 'BooksPage'),
})

const lab = createRoute({
  getParentRoute,
  path: '/lab',
  component: page(() => import('~/console/lab/page.tsx'), 'LabPage'),
})
const clock = createRoute({
  getParentRoute,
  path: '/clock',
  component: page(() => import('~/console/clock/page.tsx'), 'ClockPage'),
})

export const consoleRoutes = [
  consoleArea.addChildren([
    ...([overview, people, person, orders, order, refunds] as const),
    ...([disputes, inbox, suspense, products, product, prices, price] as const),
    ...([audit, jobs, approvals, channels, books, lab, clock] as const),
  ]),
] as const
