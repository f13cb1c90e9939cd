import type { QueryClient } from '@tanstack/react-query'
import { createRootRouteWithContext, Outlet } from '@tanstack/react-router'

/** The root of both trees; what stands around the pages is said by the layouts below it. */
export const root = createRootRouteWithContext<{ queries: QueryClient }>()({ component: Outlet })
