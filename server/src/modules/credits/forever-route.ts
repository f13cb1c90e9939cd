import { defineRoute, type Route } from '#kernel/routes'
import { credits } from './refusals.ts'
import { area, ById } from './shapes.ts'

/** An answer for whoever tries, signed in or not: there is no such thing. */
export const foreverRoute = (): Route =>
  defineRoute({
    method: 'DELETE',
    url: '/api/v1/credits/history/:id',
    scope: 'public',
    name: 'delete_history',
    summary: 'Refused, always: history is forever',
    area,
    params: ById,
    refuses: { history_is_forever: credits.texts.history_is_forever },
    handle: async () => credits.no('history_is_forever'),
  })
