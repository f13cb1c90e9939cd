import type { FastifyReply, FastifyRequest } from 'fastify'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

export interface Metrics {
  requestCame(request: FastifyRequest): void
  requestLeft(request: FastifyRequest, reply: FastifyReply): void
  /** A number somebody reads when the metrics are asked for, not before. */
  gauge(name: string, help: string, read: () => number | Promise<number>): void
  counter(name: string, help: string): { inc(by?: number): void }
  text(): Promise<string>
}

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]

export function makeMetrics(): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry, prefix: 'tongbao_' })
  const inFlight = new Gauge({
    name: 'tongbao_http_requests_in_flight',
    help: 'Requests being answered now',
    registers: [registry],
  })
  const seconds = new Histogram({
    name: 'tongbao_http_request_seconds',
    help: 'How long answers took',
    labelNames: ['method', 'route', 'status'],
    buckets: SECONDS,
    registers: [registry],
  })
  return {
    requestCame: () => inFlight.inc(),
    requestLeft: (request, reply) => {
      inFlight.dec()
      // The route's pattern, never the address itself: ids would make endless series, and name people.
      const route = request.routeOptions.url ?? 'none'
      seconds.observe(
        { method: request.method, route, status: String(reply.statusCode) },
        reply.elapsedTime / 1_000,
      )
    },
    gauge: (name, help, read) => {
      new Gauge({
        name,
        help,
        registers: [registry],
        async collect() {
          this.set(await read())
        },
      })
    },
    counter: (name, help) => new Counter({ name, help, registers: [registry] }),
    text: () => registry.metrics(),
  }
}
