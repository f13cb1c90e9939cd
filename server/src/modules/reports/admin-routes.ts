import type { Route } from '#kernel/routes'
import type { ReportDeps } from './deps.ts'
import { orderRoute } from './order-route.ts'
import { overviewRoute } from './overview-route.ts'
import { timelineRoute } from './timeline-route.ts'

export const reportRoutes = (deps: ReportDeps): Route[] => [
  overviewRoute(deps),
  timelineRoute(deps),
  orderRoute(deps),
]
