import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { Problem } from '~/app/problem.ts'
import { meQuery } from '~/app/queries.ts'
import { root } from '~/app/root.tsx'
import { ConsoleLayout } from '~/console/layout.tsx'

/** Around every page of the console; who is not signed in is led to where one is. */
export const consoleArea = createRoute({
  getParentRoute: () => root,
  path: '/console',
  component: ConsoleLayout,
  beforeLoad: async ({ context, location }) => {
    try {
      return { me: await context.queries.ensureQueryData(meQuery) }
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 401) throw error
      // The page where one signs in belongs to the portal: another document.
      globalThis.location.assign(`/sign-in?return_to=${encodeURIComponent(location.href)}`)
      return new Promise<never>(() => {})
    }
  },
})

const overview = createRoute({
  getParentRoute: () => consoleArea,
  path: '/',
  component: lazyRouteComponent(() => import('~/console/overview/page.tsx'), 'OverviewPage'),
})

export const consoleRoutes = [consoleArea.addChildren([overview])] as const
