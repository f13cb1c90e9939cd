import Type from 'typebox'
import { done } from '#kernel/outcome'
import { defineRoute, type Route } from '#kernel/routes'
import type { Crowd } from './crowd.ts'
import type { Seen } from './seen.ts'

const Count = Type.Integer({ minimum: 0 })

/** How the push of this node is. */
export const pushRoutes = ({ crowd, seen }: { crowd: Crowd; seen: Seen }): Route[] => [
  defineRoute({
    method: 'GET',
    url: '/api/v1/admin/push',
    scope: 'metrics:read',
    name: 'read_push',
    summary: 'Who is connected to this node, and how far they were told',
    area: 'push',
    answer: Type.Object(
      {
        ...{ sse: Count, ws: Count, owners: Count, position: Count },
        ...{ opened: Count, replays: Count, resets: Count, lag_ms: Count },
      },
      { additionalProperties: false },
    ),
    handle: async () => done({ ...crowd.counts, position: crowd.position, ...seen.all() }),
  }),
]
