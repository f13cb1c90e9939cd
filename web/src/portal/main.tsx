import { createRouter, RouterProvider } from '@tanstack/react-router'
import { goAhead } from '~/app/ahead.ts'
import { root } from '~/app/root.tsx'
import { start } from '~/app/start.tsx'
import { portalRoutes } from '~/portal/routes.tsx'
import { pages } from '~/shell/pages.tsx'

const router = createRouter({ routeTree: root.addChildren(portalRoutes), ...pages })

goAhead(router)
void start(['kit', 'shell', 'portal'], <RouterProvider router={router} />)
