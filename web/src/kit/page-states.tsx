import { useRouter } from '@tanstack/react-router'
import { buttonLook } from '~/kit/button.tsx'
import { EmptyState } from '~/kit/empty-state.tsx'
import { ProblemNote } from '~/kit/notes.tsx'
import { useTitle } from '~/kit/page-header.tsx'
import { Skeleton, SkeletonLines } from '~/kit/skeleton.tsx'
import { useWords } from '~/words/words.ts'

/** An address that leads nowhere. */
export function NotFound() {
  const say = useWords('kit')
  useTitle(say('page.gone'))
  return (
    <main className="grid min-h-[60dvh] place-items-center">
      <EmptyState
        icon="search"
        title={<h1>{say('page.gone')}</h1>}
        more={say('page.gone_more')}
        act={
          <a href="/" className={buttonLook({ look: 'primary' })}>
            {say('page.to_start')}
          </a>
        }
      />
    </main>
  )
}

/** A page that broke, or whose first data did not come. */
export function PageFailed({ error }: { readonly error: unknown }) {
  const router = useRouter()
  return (
    <div className="mx-auto w-full max-w-xl p-4 pt-10">
      <ProblemNote error={error} onRetry={() => void router.invalidate()} />
    </div>
  )
}

/** A page that is on its way. */
export function PagePending() {
  const say = useWords('kit')
  return (
    <div aria-busy="true">
      <span role="status" className="sr-only">
        {say('block.loading')}
      </span>
      <Skeleton className="mb-8 h-8 w-44" />
      <SkeletonLines lines={5} />
    </div>
  )
}

/** The same where no frame is there yet. */
export function FramePending() {
  return (
    <div className="mx-auto w-full max-w-5xl p-4 sm:p-8">
      <PagePending />
    </div>
  )
}
