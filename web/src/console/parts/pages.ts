import { useInfiniteQuery } from '@tanstack/react-query'

interface Page<Item> {
  readonly items: readonly Item[]
  readonly next_cursor: string | null
}

/** A list that is read page after page; `data` is all that was read of it, as a block wants it. */
export function usePages<Item>(
  queryKey: readonly unknown[],
  read: (cursor: string | undefined, signal: AbortSignal) => Promise<Page<Item>>,
) {
  const pages = useInfiniteQuery({
    queryKey,
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => read(pageParam, signal),
    getNextPageParam: ({ next_cursor }) => next_cursor ?? undefined,
  })
  const { error, isFetching, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = pages
  return {
    ...{ error, isFetching, refetch, hasNextPage, isFetchingNextPage, fetchNextPage },
    data: pages.data?.pages.flatMap(({ items }) => items),
  }
}
