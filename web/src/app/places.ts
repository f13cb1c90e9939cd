import type { createRouter } from '@tanstack/react-router'
import type { root } from '~/app/root.tsx'
import type { consoleRoutes } from '~/console/routes.tsx'
import type { portalRoutes } from '~/portal/routes.tsx'

// Each entry builds a tree of its own. To the types they are one, so that a link to a page that is not there does not
// compile, in the portal as in the console.
type Tree = ReturnType<
  typeof root.addChildren<readonly [...typeof portalRoutes, ...typeof consoleRoutes]>
>

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createRouter<Tree, 'never', false>>
  }
}
