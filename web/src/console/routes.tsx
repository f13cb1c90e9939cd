import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { root } from '~/app/root.tsx'
import { ConsoleLayout } from '~/console/layout.tsx'

export const consoleArea = createRoute({
  getParentRoute: () => root,
  path: '/console',
  component: ConsoleLayout,
})

const overview = createRoute({
  getParentRoute: () => consoleArea,
  path: '/',
  component: lazyRouteComponent(() => import('~/console/overview/page.tsx'), 'OverviewPage'),
})

export const consoleRoutes = [consoleArea.addChildren([overview])] as const
