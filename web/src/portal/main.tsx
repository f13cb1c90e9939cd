import { createRouter, RouterProvider } from '@tanstack/react-router'
import { goAhead } from '~/app/ahead.ts'
import { queryClient } from '~/app/queries.ts'
import { root } from '~/app/root.tsx'
import { anotherPage } from '~/app/scroll.ts'
import { start } from '~/app/start.tsx'
import { NotFound, PageFailed } from '~/kit/page-states.tsx'
import { portalRoutes } from '~/portal/routes.tsx'

const router = createRouter({
  routeTree: root.addChildren(portalRoutes),
  context: { queries: queryClient },
  defaultPreload: 'intent',
  defaultPreloadStaleTime: 0,
  scrollRestoration: anotherPage(),
  defaultNotFoundComponent: NotFound,
  defaultErrorComponent: PageFailed,
})

goAhead(router)
void start(['kit', 'shell', 'portal'], <RouterProvider router={router} />)
