import { createRoute, lazyRouteComponent, redirect } from '@tanstack/react-router'
import { Problem } from '~/app/problem.ts'
import { meQuery } from '~/app/queries.ts'
import { root } from '~/app/root.tsx'
import { PortalLayout } from '~/portal/layout.tsx'
import { signInRoutes } from '~/portal/sign-in/routes.tsx'

/** Everything that only somebody who is signed in sees. */
export const portal = createRoute({
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

export const portalRoutes = [...signInRoutes, portal.addChildren([home])] as const
