import { QueryCache, QueryClient, queryOptions } from '@tanstack/react-query'
import { api, ask } from '~/app/api.ts'
import { Problem } from '~/app/problem.ts'

const FRESH_MS = 15_000
const TRIES_MAX = 2

/** Heard by the shell: whoever is signed out is led to the page where one signs in. */
let signedOut = () => {}
export const onSignedOut = (hear: () => void): void => {
  signedOut = hear
}

export const queryClient = new QueryClient({
  queryCache: new QueryCache({
    onError: (error, query) => {
      // Who asks whether anybody is in is not surprised that nobody is.
      if (error instanceof Problem && error.status === 401 && query.queryKey[0] !== 'me')
        signedOut()
    },
  }),
  defaultOptions: {
    queries: {
      staleTime: FRESH_MS,
      networkMode: 'always',
      retry: (count, error) => error instanceof Problem && error.isUnknown && count < TRIES_MAX,
    },
    // What a person does is tried again by the person, with the same key.
    mutations: { networkMode: 'always', retry: false },
  },
})

export interface Me {
  readonly user: {
    readonly id: string
    readonly name: string
    readonly email: string | null
    readonly email_verified: boolean
    readonly second_factor: boolean
    readonly locale: 'zh-CN' | 'en'
    readonly time_zone: string
    readonly created_at: string
  }
  readonly roles: readonly string[]
  readonly scopes: readonly string[]
  readonly theme: { readonly mode: 'light' | 'dark' | 'system'; readonly palette: string }
  readonly session_id: string
}

/** Who is signed in; refused with 401 where nobody is. */
export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: ({ signal }) => ask<Me>(api.GET('/api/v1/sessions/me', { signal })),
  staleTime: 60_000,
})

export const balanceQuery = queryOptions({
  queryKey: ['balance'],
  queryFn: ({ signal }) => ask<Balance>(api.GET('/api/v1/credits/balance', { signal })),
})

export interface Balance {
  readonly owner: string
  readonly asset: string
  readonly available: number
  readonly held: number
  readonly debt: number
  readonly expiring: readonly { readonly amount: number; readonly at: string }[]
  readonly as_of: string
}
