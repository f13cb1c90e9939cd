import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'

export interface Asked {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}
type Answering = (asked: Asked, reply: ServerResponse, nth: number) => void

/** A server that listens, remembers what it was asked, and answers as a test says. */
export async function farServer(answer: Answering) {
  const asked: Asked[] = []
  const server = createServer(async (request, reply) => {
    let body = ''
    for await (const piece of request) body += piece
    const { method = '', url = '', headers } = request
    asked.push({ method, url, headers, body })
    answer(asked.at(-1) as Asked, reply, asked.length)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return {
    asked,
    url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

export const json = (reply: ServerResponse, status: number, body: unknown, headers = {}): void => {
  reply.writeHead(status, { 'content-type': 'application/json', ...headers })
  reply.end(JSON.stringify(body))
}
