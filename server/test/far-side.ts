/** What somebody else's server was asked, as it would have seen it. */
export interface Heard {
  readonly method: string
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Of a body in JSON. */
  readonly json: () => unknown
  /** Of a form. */
  readonly form: () => Readonly<Record<string, string>>
}

/** An answer of it: `lost` never comes, `text` is sent as it stands. */
export type Answer =
  | { readonly lost: string }
  | { readonly status?: number; readonly json: unknown }
  | { readonly status?: number; readonly text: string }

interface Asked {
  readonly method: string
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

type Scripted = Answer | ((heard: Heard) => Answer)

/**
 * The far side of a wall: answers `GET /path` as scripted, a list one after the other, and remembers what it heard. What
 * nobody scripted throws.
 */
export function farSide(script: Readonly<Record<string, Scripted | readonly Scripted[]>>) {
  const heard: Heard[] = []
  const turns = new Map<string, number>()
  const ask = async (request: Asked) => {
    const url = new URL(request.url)
    const body = request.body ?? ''
    const one: Heard = {
      ...{ method: request.method, url, body },
      headers: request.headers ?? {},
      json: () => JSON.parse(body),
      form: () => Object.fromEntries(new URLSearchParams(body)),
    }
    heard.push(one)
    const line = `${request.method} ${url.pathname}`
    const found = script[line]
    if (found === undefined) throw new Error(`nobody expected ${line}`)
    const turn = turns.get(line) ?? 0
    turns.set(line, turn + 1)
    const list: readonly Scripted[] = Array.isArray(found) ? found : [found]
    const scripted = list[Math.min(turn, list.length - 1)]
    if (scripted === undefined) throw new Error(`an empty script for ${line}`)
    return sent(typeof scripted === 'function' ? scripted(one) : scripted)
  }
  return { ask, heard }
}

function sent(answer: Answer) {
  if ('lost' in answer) return { lost: true as const, why: answer.lost }
  return {
    lost: false as const,
    status: answer.status ?? 200,
    headers: new Headers(),
    body: Buffer.from('json' in answer ? JSON.stringify(answer.json) : answer.text),
  }
}
