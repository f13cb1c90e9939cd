import {
  type InfiniteData,
  infiniteQueryOptions,
  keepPreviousData,
  queryOptions,
} from '@tanstack/react-query'
import type { Answer, Query } from '@tongbao/sdk'
import { api } from '~/app/api.ts'
import { Problem } from '~/app/problem.ts'

export type Lot = Answer<'list_lots'>['items'][number]
export type Entry = Answer<'list_history'>['items'][number]
export type Story = Answer<'get_history_entry'>
export type Product = Answer<'list_products'>['items'][number]
export type Quote = Answer<'quote_order'>
export type Payment = Answer<'get_payment'>
export type Refund = Answer<'list_owner_refunds'>['items'][number]
export type TopUpRule = Answer<'get_auto_top_up'>
export type TimelineStep = Answer<'get_payment_timeline'>['items'][number]

// The first word of a key is what an event makes old: `credits` for whatever a balance shows, `payments` for money.

export const lotsQuery = queryOptions({
  queryKey: ['credits', 'lots'],
  queryFn: ({ signal }) => api.get('/api/v1/credits/lots', { signal }),
})

/** All that was read of a list so far, page after page. */
const itemsOf = <Item>({ pages }: InfiniteData<{ readonly items: readonly Item[] }>): Item[] =>
  pages.flatMap(({ items }) => items)

export type HistoryFilter = Pick<Query<'list_history'>, 'kind' | 'action' | 'from' | 'to'>

const HISTORY_ROWS = 30

export const historyQuery = (filter: HistoryFilter) =>
  infiniteQueryOptions({
    queryKey: ['credits', 'history', filter],
    queryFn: ({ pageParam, signal }) =>
      api.get('/api/v1/credits/history', {
        query: { ...filter, limit: HISTORY_ROWS, ...(pageParam && { cursor: pageParam }) },
        signal,
      }),
    initialPageParam: '',
    getNextPageParam: ({ next_cursor }) => next_cursor,
    select: itemsOf<Entry>,
    placeholderData: keepPreviousData,
  })

/** More than are shown: of a refund several make one line. */
const LATEST_ROWS = 20
export const latestQuery = queryOptions({
  queryKey: ['credits', 'latest'],
  queryFn: ({ signal }) =>
    api.get('/api/v1/credits/history', { query: { limit: LATEST_ROWS }, signal }),
})

export const storyQuery = (id: string) =>
  queryOptions({
    queryKey: ['credits', 'story', id],
    queryFn: ({ signal }) => api.get('/api/v1/credits/history/{id}', { path: { id }, signal }),
  })

export const holdQuery = (id: string) =>
  queryOptions({
    queryKey: ['credits', 'hold', id],
    queryFn: ({ signal }) => api.get('/api/v1/credits/holds/{id}', { path: { id }, signal }),
  })

export const statsQuery = (from: string) =>
  queryOptions({
    queryKey: ['credits', 'stats', from],
    queryFn: ({ signal }) => api.get('/api/v1/credits/stats', { query: { from }, signal }),
    placeholderData: keepPreviousData,
  })

export const productsQuery = queryOptions({
  queryKey: ['products'],
  queryFn: ({ signal }) =>
    api.get('/api/v1/products', { query: { product_type: 'recharge' }, signal }),
})

export const channelsQuery = (currency: string) =>
  queryOptions({
    queryKey: ['channels', currency],
    queryFn: ({ signal }) => api.get('/api/v1/payments/channels', { query: { currency }, signal }),
  })

export const quoteQuery = (product_id: number, currency: string) =>
  queryOptions({
    queryKey: ['payments', 'quote', product_id, currency],
    queryFn: ({ signal }) =>
      api.post('/api/v1/orders/quote', { body: { product_id, currency }, signal }),
    placeholderData: keepPreviousData,
  })

export const paymentQuery = (id: string) =>
  queryOptions({
    queryKey: ['payments', 'one', id],
    queryFn: ({ signal }) => api.get('/api/v1/payments/{id}', { path: { id }, signal }),
  })

export const timelineQuery = (id: string) =>
  queryOptions({
    queryKey: ['payments', 'timeline', id],
    queryFn: ({ signal }) => api.get('/api/v1/payments/{id}/timeline', { path: { id }, signal }),
  })

const PAYMENT_ROWS = 20

export const paymentsQuery = infiniteQueryOptions({
  queryKey: ['payments', 'history'],
  queryFn: ({ pageParam, signal }) =>
    api.get('/api/v1/payments/history', {
      query: { limit: PAYMENT_ROWS, ...(pageParam && { cursor: pageParam }) },
      signal,
    }),
  initialPageParam: '',
  getNextPageParam: ({ next_cursor }) => next_cursor,
  select: itemsOf<Payment>,
})

export const paymentsOfOrderQuery = (order_id: string) =>
  queryOptions({
    queryKey: ['payments', 'order', order_id],
    queryFn: ({ signal }) =>
      api.get('/api/v1/payments/history', { query: { order_id, limit: 20 }, signal }),
  })

export const refundsQuery = infiniteQueryOptions({
  queryKey: ['payments', 'refunds'],
  queryFn: ({ pageParam, signal }) =>
    api.get('/api/v1/refunds', {
      query: { limit: PAYMENT_ROWS, ...(pageParam && { cursor: pageParam }) },
      signal,
    }),
  initialPageParam: '',
  getNextPageParam: ({ next_cursor }) => next_cursor,
  select: itemsOf<Refund>,
})

/** Good for how things stand, which is part of its name. */
export const refundQuoteQuery = (id: string, standing: string) =>
  queryOptions({
    queryKey: ['payments', 'refund_quote', id, standing],
    queryFn: ({ signal }) =>
      api.post('/api/v1/payments/{id}/refunds/quote', { path: { id }, body: {}, signal }),
  })

export const instrumentsQuery = queryOptions({
  queryKey: ['payments', 'instruments'],
  queryFn: ({ signal }) => api.get('/api/v1/payments/instruments', { signal }),
})

export const walletQuery = queryOptions({
  queryKey: ['credits', 'wallet'],
  queryFn: ({ signal }) => api.get('/api/v1/wallets/me', { signal }),
})

/** Null where there is no rule: that is an answer, not a fault. */
export const autoTopUpQuery = queryOptions({
  queryKey: ['credits', 'auto_top_up'],
  queryFn: async ({ signal }) => {
    try {
      return await api.get('/api/v1/credits/auto_top_up', { signal })
    } catch (error) {
      if (error instanceof Problem && error.code === 'top_up_rule_unknown') return null
      throw error
    }
  },
})

export const sessionsQuery = queryOptions({
  queryKey: ['sessions'],
  queryFn: ({ signal }) => api.get('/api/v1/auth/sessions', { signal }),
})

export const keysQuery = queryOptions({
  queryKey: ['keys'],
  queryFn: ({ signal }) => api.get('/api/v1/api-keys', { query: { limit: 100 }, signal }),
})
