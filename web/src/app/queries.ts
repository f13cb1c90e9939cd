import { MutationCache, QueryCache, QueryClient, queryOptions } from '@tanstack/react-query'
import type { Answer } from '@tongbao/sdk'
import { api } from '~/app/api.ts'
import { Problem } from '~/app/problem.ts'

const FRESH_MS = 15_000

/** Heard by the shell: whoever is signed out is led to the page where one signs in. */
let signedOut = () => {}
export const onSignedOut = (hear: () => void): void => {
  signedOut = hear
}
const hearSignedOut = (error: unknown) => {
  if (error instanceof Problem && error.code === 'unauthenticated') signedOut()
}

export const queryClient = new QueryClient({
  queryCache: new QueryCache({
    onError: (error, query) => {
      // Who asks whether anybody is in is not surprised that nobody is.
      if (query.queryKey[0] !== 'me' || query.state.data !== undefined) hearSignedOut(error)
    },
  }),
  mutationCache: new MutationCache({ onError: hearSignedOut }),
  defaultOptions: {
    // The line to the server tries again by itself; what a person does is tried again by the person.
    queries: { staleTime: FRESH_MS, networkMode: 'always', retry: false },
    mutations: { networkMode: 'always', retry: false },
  },
})

export type Me = Answer<'get_me'>
export type Balance = Answer<'get_balance'>

/** Who is signed in; refused with 401 where nobody is. */
export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: ({ signal }) => api.get('/api/v1/sessions/me', { signal }),
  staleTime: 60_000,
})

export const balanceQuery = queryOptions({
  queryKey: ['balance'],
  queryFn: ({ signal }) => api.get('/api/v1/credits/balance', { signal }),
})
