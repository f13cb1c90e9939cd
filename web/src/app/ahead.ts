import type { AnyRouter } from '@tanstack/react-router'
import { kept } from '~/app/kept.ts'
import { meQuery, queryClient } from '~/app/queries.ts'

/**
 * Begins what the page asks for in any case, beside its words: who is in, and the script of what is opened. One after
 * the other they would be two more trips on a slow line.
 */
export function goAhead(router: AnyRouter): void {
  if (kept('in') !== undefined) void queryClient.prefetchQuery(meQuery)
  for (const { routeId } of router.matchRoutes(router.latestLocation)) {
    const route = router.routesById[routeId]
    if (route) void router.loadRouteChunk(route)
  }
}
