import type { Config } from './config.ts'
import { type Finding, fine, grave } from './doctor-judge.ts'
import { tryListening } from './listening.ts'

const ANSWER_MS_MAX = 2_000

/** Tries to listen where a start would; our own server there is no fault. */
export async function examinePort({ host, port }: Config): Promise<Finding> {
  const tried = await tryListening(host, port)
  const code = 'code' in tried ? tried.code : undefined
  const at = `${host}:${port}`
  switch (code) {
    case undefined:
      return fine('port', port === 0 ? 'any free one is taken at the start' : `${at} is free`)
    case 'EADDRINUSE':
      return (await isOurs(host, port))
        ? fine('port', `${at} is served by a tongbao that runs already`)
        : grave(
            'port',
            `port ${port} is taken by another program`,
            `stop what uses it (ss -ltnp "sport = :${port}" or lsof -i :${port} names it), or set PORT`,
          )
    case 'EACCES':
      return grave(
        'port',
        `port ${port} needs more rights than this user has`,
        'set PORT above 1023',
      )
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EINVAL':
      return grave('port', `HOST ${host} is not an address of this machine`, 'set HOST=127.0.0.1')
    default:
      return grave('port', `nothing can listen on ${at} (${code})`, 'set HOST and PORT')
  }
}

async function isOurs(host: string, port: number): Promise<boolean> {
  const name = { '0.0.0.0': '127.0.0.1', '::': '::1' }[host] ?? host
  const authority = name.includes(':') ? `[${name}]` : name
  try {
    const answer = await fetch(`http://${authority}:${port}/healthz`, {
      redirect: 'error',
      signal: AbortSignal.timeout(ANSWER_MS_MAX),
    })
    const unchecked: unknown = await answer.json()
    return Reflect.get(Object(unchecked), 'status') === 'alive'
  } catch {
    return false
  }
}
