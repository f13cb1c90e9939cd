import { createRouter, RouterProvider } from '@tanstack/react-router'
import { goAhead } from '~/app/ahead.ts'
import { queryClient } from '~/app/queries.ts'
import { root } from '~/app/root.tsx'
import { anotherPage } from '~/app/scroll.ts'
import { start } from '~/app/start.tsx'
import { consoleRoutes } from '~/console/routes.tsx'
import { NotFound, PageFailed } from '~/kit/page-states.tsx'

const router = createRouter({
  routeTree: root.addChildren(consoleRoutes),
  context: { queries: queryClient },
  defaultPreload: 'intent',
  defaultPreloadStaleTime: 0,
  scrollRestoration: anotherPage(),
  defaultNotFoundComponent: NotFound,
  defaultErrorComponent: PageFailed,
})

goAhead(router)
void start(['kit', 'shell', 'console'], <RouterProvider router={router} />)
