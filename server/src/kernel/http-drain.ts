import type { FastifyInstance } from 'fastify'

const DRAIN_MS = 7_000
const DRAIN_TURN_MS = 50

/**
 * Lets what is being answered be answered, and nothing else hold up the end: a client that keeps its
 * connection for a next request would otherwise keep a closing server for as long.
 */
export function drainOnClose(http: FastifyInstance): void {
  let closing = false
  let timer: NodeJS.Timeout | undefined
  http.addHook('preClose', (done) => {
    closing = true
    let turnsLeft = DRAIN_MS / DRAIN_TURN_MS
    timer = setInterval(() => {
      turnsLeft -= 1
      if (turnsLeft > 0) http.server.closeIdleConnections()
      else http.server.closeAllConnections()
    }, DRAIN_TURN_MS)
    done()
  })
  http.addHook('onSend', (_request, reply, _payload, done) => {
    if (closing) reply.header('connection', 'close')
    done()
  })
  http.addHook('onClose', async () => clearInterval(timer))
}
