import { type ReactNode, useEffect, useState } from 'react'
import { Button } from '~/kit/button.tsx'
import { EmptyState } from '~/kit/empty-state.tsx'
import { useFormat } from '~/kit/format.ts'
import { ProblemNote } from '~/kit/notes.tsx'
import { SkeletonLines } from '~/kit/skeleton.tsx'
import { useWords } from '~/words/words.ts'

/** A skeleton that flashes by is worse than none. */
const SKELETON_AFTER_MS = 150

/** What a block needs of a query; `useQuery` and `useInfiniteQuery` both give it. */
interface Asked<T> {
  readonly data: T | undefined
  readonly error: unknown
  readonly isFetching: boolean
  readonly refetch: () => unknown
  readonly dataUpdatedAt?: number
}

interface Props<T> {
  readonly query: Asked<T>
  readonly isEmpty?: (data: T) => boolean
  /** What to do while there is nothing yet. */
  readonly empty?: ReactNode
  /** Takes the filters away; present where there are any. */
  readonly onClearFilters?: (() => void) | undefined
  /** Of the final shape. */
  readonly skeleton?: ReactNode
  /** The line to the server is down: says of when this is. `useStale()` of the shell tells. */
  readonly stale?: boolean
  /** In a card without an inner margin: what is said about the block keeps one. */
  readonly bare?: boolean
  readonly children: (data: T) => ReactNode
}

/** The five states of a block: loading, empty at first, empty by filter, failed (over what was there), as it is. */
export function DataBlock<T>({
  query,
  isEmpty,
  empty,
  onClearFilters,
  skeleton = <SkeletonLines />,
  stale = false,
  bare = false,
  children,
}: Props<T>) {
  const say = useWords('kit')
  const format = useFormat()
  const { data, error, isFetching } = query
  const retry = () => void query.refetch()
  const inset = bare ? 'px-4 sm:px-6' : ''
  if (data === undefined && error !== null)
    return (
      <div className={bare ? `${inset} pt-1 pb-4 sm:pt-3 sm:pb-6` : ''}>
        <ProblemNote error={error} onRetry={retry} retrying={isFetching} />
      </div>
    )
  if (data === undefined) return <Loading label={say('block.loading')}>{skeleton}</Loading>
  const nothing = isEmpty?.(data) ?? false
  return (
    <>
      {error !== null && (
        <div className={`mb-3 ${inset}`}>
          <ProblemNote error={error} onRetry={retry} retrying={isFetching} />
        </div>
      )}
      {stale && query.dataUpdatedAt !== undefined && (
        <p className={`mb-3 text-small text-note ${inset}`}>
          {say('block.stale', { time: format.time(query.dataUpdatedAt) })}
        </p>
      )}
      {nothing && onClearFilters && (
        <EmptyState
          icon="filter"
          title={say('block.none_match')}
          act={<Button onClick={onClearFilters}>{say('block.clear_filters')}</Button>}
        />
      )}
      {nothing && !onClearFilters && (empty ?? <EmptyState title={say('block.empty')} />)}
      {!nothing && children(data)}
    </>
  )
}

function Loading({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  const [shown, setShown] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), SKELETON_AFTER_MS)
    return () => clearTimeout(timer)
  }, [])
  return (
    <div aria-busy="true" className={shown ? '' : 'invisible'}>
      <span role="status" className="sr-only">
        {label}
      </span>
      {children}
    </div>
  )
}
