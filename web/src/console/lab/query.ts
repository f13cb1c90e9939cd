import { queryOptions } from '@tanstack/react-query'
import type { Answer } from '@tongbao/sdk'
import { api } from '~/app/api.ts'

export type Played = Answer<'list_lab_faults'>['items'][number]
export type Fault = Played['faults'][number]

/** Faults are used up as they strike. */
const LOOKED_EVERY_MS = 5_000

export const labQuery = queryOptions({
  queryKey: ['lab'],
  queryFn: ({ signal }) => api.get('/api/v1/admin/lab/faults', { signal }),
  refetchInterval: LOOKED_EVERY_MS,
})
