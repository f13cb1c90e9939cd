import { createRouter, RouterProvider } from '@tanstack/react-router'
import { goAhead } from '~/app/ahead.ts'
import { root } from '~/app/root.tsx'
import { start } from '~/app/start.tsx'
import { consoleRoutes } from '~/console/routes.tsx'
import { pages } from '~/shell/pages.tsx'

const router = createRouter({ routeTree: root.addChildren(consoleRoutes), ...pages })

goAhead(router)
void start(['kit', 'shell', 'console'], <RouterProvider router={router} />)
