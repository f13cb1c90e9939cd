import { defineRoute, type Route } from '#kernel/routes'
import { credits } from './refusals.ts'
import { area, ById } from './shapes.ts'

/** An answer for whoever tries, signed in or not: there is no such thing. The shorter path is the older system's. */
export const foreverRoutes = (): Route[] =>
  (
    [
      ['/api/v1/credits/history/:id', 'delete_history'],
      ['/api/credits/history/:id', 'delete_history_of_old'],
    ] as const
  ).map(([url, name]) =>
    defineRoute({
      method: 'DELETE',
      ...{ url, name },
      scope: 'public',
      summary: 'Refused, always: history is forever',
      area,
      params: ById,
      refuses: { history_is_forever: credits.texts.history_is_forever },
      handle: async () => credits.no('history_is_forever'),
    }),
  )
