import { createRoute, lazyRouteComponent, redirect } from '@tanstack/react-router'
import { Problem } from '~/app/problem.ts'
import { meQuery } from '~/app/queries.ts'
import { root } from '~/app/root.tsx'
import { readBillingSearch } from '~/portal/billing/search.ts'
import { readCreditsSearch } from '~/portal/credits/search.ts'
import { PortalLayout } from '~/portal/layout.tsx'
import { readSettingsSearch } from '~/portal/settings/search.ts'
import { signInRoutes } from '~/portal/sign-in/routes.tsx'
import { readTopUpSearch } from '~/portal/top-up/search.ts'
import { loadWords } from '~/words/words.ts'

/** Everything that only somebody who is signed in sees. */
const portal = createRoute({
  getParentRoute: () => root,
  id: 'portal',
  component: PortalLayout,
  beforeLoad: async ({ context, location }) => {
    try {
      return { me: await context.queries.ensureQueryData(meQuery) }
    } catch (error) {
      if (error instanceof Problem && error.status === 401)
        throw redirect({ to: '/sign-in', search: { return_to: location.href } })
      throw error
    }
  },
})

const home = createRoute({
  getParentRoute: () => portal,
  path: '/',
  component: lazyRouteComponent(() => import('~/portal/home/page.tsx'), 'HomePage'),
})

const credits = createRoute({
  getParentRoute: () => portal,
  path: '/credits',
  validateSearch: readCreditsSearch,
  loader: () => loadWords('credits'),
  component: lazyRouteComponent(() => import('~/portal/credits/page.tsx'), 'CreditsPage'),
})

const topUp = createRoute({
  getParentRoute: () => portal,
  path: '/top-up',
  validateSearch: readTopUpSearch,
  loader: () => loadWords('top-up'),
  component: lazyRouteComponent(() => import('~/portal/top-up/page.tsx'), 'TopUpPage'),
})

const topUpReturn = createRoute({
  getParentRoute: () => portal,
  path: '/top-up/return',
  loader: () => loadWords('top-up'),
  component: lazyRouteComponent(() => import('~/portal/top-up/return-page.tsx'), 'ReturnPage'),
})

const billing = createRoute({
  getParentRoute: () => portal,
  path: '/billing',
  validateSearch: readBillingSearch,
  loader: () => loadWords('billing'),
  component: lazyRouteComponent(() => import('~/portal/billing/page.tsx'), 'BillingPage'),
})

const settings = createRoute({
  getParentRoute: () => portal,
  path: '/settings',
  validateSearch: readSettingsSearch,
  loader: () => loadWords('settings', 'sign-in'),
  component: lazyRouteComponent(() => import('~/portal/settings/page.tsx'), 'SettingsPage'),
})

export const portalRoutes = [
  ...signInRoutes,
  portal.addChildren([home, credits, topUp, topUpReturn, billing, settings]),
] as const
