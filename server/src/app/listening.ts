import { createServer } from 'node:net'
import { StartRefused } from './start-refused.ts'

/** Listens there for a moment: the port it got, or the code of the fault. */
export function tryListening(
  host: string,
  port: number,
): Promise<{ readonly port: number } | { readonly code: string }> {
  const { promise, resolve } = Promise.withResolvers<{ port: number } | { code: string }>()
  const server = createServer()
  server.on('error', (error) =>
    resolve({ code: String(Reflect.get(error, 'code') ?? error.message) }),
  )
  server.listen({ host, port, exclusive: true }, () => {
    const address = server.address()
    const got = typeof address === 'object' && address ? address.port : port
    server.close(() => resolve({ port: got }))
  })
  return promise
}

/** The port when we may listen there, a free one for 0, and else a sentence. */
export async function listenablePort(host: string, port: number): Promise<number> {
  const tried = await tryListening(host, port)
  if ('port' in tried) return tried.port
  throw (
    listenRefused(tried.code, host, port) ?? new Error(`cannot listen on ${host}: ${tried.code}`)
  )
}

/** Undefined for a fault that nobody foresaw. */
export function listenRefused(code: string, host: string, port: number): StartRefused | undefined {
  switch (code) {
    case 'EADDRINUSE':
      return new StartRefused(`port ${port} is taken; stop what uses it, or set PORT`)
    case 'EACCES':
      return new StartRefused(
        `port ${port} needs more rights than this user has; set PORT above 1023`,
      )
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EINVAL':
      return new StartRefused(`HOST ${host} is not an address of this machine`)
    default:
      return undefined
  }
}
