import { useRouter } from '@tanstack/react-router'
import { useEffect } from 'react'
import { queryClient } from '~/app/queries.ts'
import { anotherPage } from '~/app/scroll.ts'
import { NotFound, PageFailed, PagePending } from '~/kit/page-states.tsx'
import { onBack } from '~/shell/live.ts'

/** A skeleton that flashes by is worse than none, and one that has come stays for a look. */
const PENDING_AFTER_MS = 300
const PENDING_MS_MIN = 300

/** What the routers of both trees have in common. */
export const pages = {
  context: { queries: queryClient },
  defaultPreload: 'intent',
  defaultPreloadStaleTime: 0,
  defaultPendingMs: PENDING_AFTER_MS,
  defaultPendingMinMs: PENDING_MS_MIN,
  defaultPendingComponent: PagePending,
  scrollRestoration: anotherPage(),
  defaultNotFoundComponent: NotFound,
  defaultErrorComponent: Failed,
} as const

/** What could not be opened while the server was away is opened when it is back. */
function Failed({ error }: { readonly error: unknown }) {
  const router = useRouter()
  useEffect(() => onBack(() => void router.invalidate()), [router])
  return <PageFailed error={error} />
}
