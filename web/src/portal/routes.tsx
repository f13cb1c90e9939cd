import { createRoute, redirect } from '@tanstack/react-router'
import { page } from '~/app/page.ts'
import { Problem } from '~/app/problem.ts'
import { meQuery } from '~/app/queries.ts'
import { root } from '~/app/root.tsx'
import { FramePending } from '~/kit/page-states.tsx'
import { readBillingSearch } from '~/portal/billing/search.ts'
import { readCreditsSearch } from '~/portal/credits/search.ts'
import { PortalLayout } from '~/portal/layout.tsx'
import { readSettingsSearch } from '~/portal/settings/search.ts'
import { signInRoutes } from '~/portal/sign-in/routes.tsx'
import { readTopUpSearch } from '~/portal/top-up/search.ts'

/** Everything that only somebody who is signed in sees. */
const portal = createRoute({
  getParentRoute: () => root,
  id: 'portal',
  component: PortalLayout,
  pendingComponent: FramePending,
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
  component: page(() => import('~/portal/home/page.tsx'), 'HomePage'),
})

const credits = createRoute({
  getParentRoute: () => portal,
  path: '/credits',
  validateSearch: readCreditsSearch,
  component: page(() => import('~/portal/credits/page.tsx'), 'CreditsPage', 'credits'),
})

const topUp = createRoute({
  getParentRoute: () => portal,
  path: '/top-up',
  validateSearch: readTopUpSearch,
  component: page(() => import('~/portal/top-up/page.tsx'), 'TopUpPage', 'top-up'),
})

const topUpReturn = createRoute({
  getParentRoute: () => portal,
  path: '/top-up/return',
  // Whoever left the provider's page by its way back.
  validateSearch: (search): { left?: true } => (Number(search['left']) === 1 ? { left: true } : {}),
  component: page(() => import('~/portal/top-up/return-page.tsx'), 'ReturnPage', 'top-up'),
})

const billing = createRoute({
  getParentRoute: () => portal,
  path: '/billing',
  validateSearch: readBillingSearch,
  component: page(() => import('~/portal/billing/page.tsx'), 'BillingPage', 'billing'),
})

const settings = createRoute({
  getParentRoute: () => portal,
  path: '/settings',
  validateSearch: readSettingsSearch,
  component: page(
    () => import('~/portal/settings/page.tsx'),
    'SettingsPage',
    'settings',
    'sign-in',
  ),
})

export const portalRoutes = [
  ...signInRoutes,
  portal.addChildren([home, credits, topUp, topUpReturn, billing, settings]),
] as const
