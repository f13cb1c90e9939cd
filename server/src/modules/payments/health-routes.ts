import Type from 'typebox'
import type { Clock, Instant } from '#kernel/clock'
import type { Database } from '#kernel/db'
import { done } from '#kernel/outcome'
import { defineRoute, type Route } from '#kernel/routes'
import { type AccountHealth, accountsHealth } from './health-store.ts'
import { HEALTH_HOURS_MAX, HEALTH_HOURS_USUAL } from './limits.ts'
import { orNull, strict, Time } from './shapes.ts'

export const AccountHealthShape = Type.Object(
  {
    channel: Type.String(),
    account: Type.String(),
    livemode: Type.Boolean(),
    enabled: Type.Boolean(),
    attempts: Type.Integer({ description: 'Begun in this time' }),
    succeeded: Type.Integer(),
    failed: Type.Integer({ description: 'The provider, or the payer’s bank, said no' }),
    closed: Type.Integer({ description: 'Nobody paid in time' }),
    open: Type.Integer({ description: 'Nobody knows yet how these end' }),
    last_paid_at: orNull(Time),
  },
  strict,
)
export const healthAnswer = ({ lastPaidAt, ...health }: AccountHealth) => ({
  ...health,
  last_paid_at: lastPaidAt?.toISOString() ?? null,
})

export const healthRoutes = (deps: { readonly db: Database; readonly clock: Clock }): Route[] => [
  defineRoute({
    method: 'GET',
    url: '/api/v1/admin/channels/health',
    scope: 'channels:read',
    name: 'get_channels_health',
    summary: 'How the payments of the last hours ended, at each account',
    area: 'channels',
    query: Type.Object(
      {
        hours: Type.Optional(
          Type.Integer({ minimum: 1, maximum: HEALTH_HOURS_MAX, default: HEALTH_HOURS_USUAL }),
        ),
      },
      strict,
    ),
    answer: Type.Object({ since: Time, items: Type.Array(AccountHealthShape) }, strict),
    handle: async ({ query: { hours = HEALTH_HOURS_USUAL } }) => {
      const since = (deps.clock.now() - hours * 3_600_000) as Instant
      return done({
        since: new Date(since).toISOString(),
        items: (await accountsHealth(deps.db, since)).map(healthAnswer),
      })
    },
  }),
]
