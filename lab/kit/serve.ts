import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http'
import type { LabReply, LabRequest } from './provider.ts'

/** What becomes of a request: an answer, half of one, or a connection that ends without. */
export type Outcome =
  | { readonly kind: 'reply'; readonly reply: LabReply }
  | { readonly kind: 'half'; readonly reply: LabReply }
  | { readonly kind: 'cut' }

export interface Served {
  readonly url: string
  close(): Promise<void>
}

const HOST = '127.0.0.1'
const BODY_BYTES_MAX = 1024 * 1024

export const reply = (status: number, text: string): Outcome => ({
  kind: 'reply',
  reply: { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: `${text}\n` },
})

export const json = (status: number, value: unknown): LabReply => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8' },
  body: JSON.stringify(value),
})

export const html = (body: string, status = 200): LabReply => ({
  status,
  headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' },
  body,
})

/** Serves on the loopback alone; port 0 takes any that is free. */
export async function serve(
  port: number,
  answer: (request: LabRequest) => Promise<Outcome>,
): Promise<Served> {
  const server = createServer((request, response) => {
    respond(request, response, answer).catch(() => request.socket.destroy())
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, HOST, resolve)
  })
  const address = server.address()
  const bound = typeof address === 'object' && address !== null ? address.port : port
  return {
    url: `http://${HOST}:${bound}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  answer: (request: LabRequest) => Promise<Outcome>,
): Promise<void> {
  const body = await readBody(request)
  const url = asItCame(request)
  const outcome =
    body === undefined
      ? reply(413, `more than ${BODY_BYTES_MAX} bytes`)
      : url === undefined
        ? reply(400, 'the address is not in its usual form')
        : await answer({
            ...{ method: request.method ?? 'GET', url, body },
            headers: joined(request.headers),
          })
  if (outcome.kind === 'cut') request.socket.resetAndDestroy()
  else write(response, outcome)
}

async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const parts: Buffer[] = []
  let bytes = 0
  // Left standing, so that whoever sends too much is told so.
  for await (const part of request.iterator({ destroyOnReturn: false })) {
    bytes += part.length
    if (bytes > BODY_BYTES_MAX) return undefined
    parts.push(part)
  }
  return Buffer.concat(parts)
}

/** Signatures cover the address as it was sent, so one that reads differently once parsed is turned away. */
function asItCame({ url = '/', headers }: IncomingMessage): URL | undefined {
  const base = `http://${headers.host ?? HOST}`
  if (!URL.canParse(url, base)) return undefined
  const parsed = new URL(url, base)
  return parsed.pathname + parsed.search === url.replace(/\?$/, '') ? parsed : undefined
}

const joined = (headers: IncomingHttpHeaders): Record<string, string | undefined> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : value,
    ]),
  )

function write(response: ServerResponse, { kind, reply }: Outcome & { reply: LabReply }): void {
  const body = Buffer.from(reply.body ?? '')
  const length = reply.status === 204 ? {} : { 'content-length': String(body.length) }
  response.writeHead(reply.status, { ...reply.headers, ...length })
  if (kind === 'reply') {
    response.end(body)
    return
  }
  response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.socket?.destroy())
}
