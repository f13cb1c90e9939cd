import type { Metrics } from '#kernel/metrics'
import type { Crowd } from './crowd.ts'

/** What is counted of the push. */
export interface Seen {
  opened(): void
  replayed(): void
  reset(): void
  lag(seconds: number): void
  all(): {
    readonly opened: number
    readonly replays: number
    readonly resets: number
    readonly lag_ms: number
  }
}

export function countSeen(metrics: Metrics, crowd: Crowd): Seen {
  const counted = { opened: 0, replays: 0, resets: 0, lag_ms: 0 }
  metrics.gauge('tongbao_push_connections', 'Open event streams and sockets', () => crowd.size)
  metrics.gauge(
    'tongbao_push_lag_seconds',
    'How old the newest told event was',
    () => counted.lag_ms / 1_000,
  )
  const opened = metrics.counter('tongbao_push_opened_total', 'Connections that came')
  const replays = metrics.counter(
    'tongbao_push_replays_total',
    'Connections that asked what they missed',
  )
  const resets = metrics.counter(
    'tongbao_push_resets_total',
    'Connections told to fetch everything anew',
  )
  return {
    opened: () => {
      counted.opened += 1
      opened.inc()
    },
    replayed: () => {
      counted.replays += 1
      replays.inc()
    },
    reset: () => {
      counted.resets += 1
      resets.inc()
    },
    lag: (seconds) => {
      counted.lag_ms = Math.round(seconds * 1_000)
    },
    all: () => ({ ...counted }),
  }
}
