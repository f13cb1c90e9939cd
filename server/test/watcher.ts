import { expect } from 'vitest'
import type { World } from '../src/app/world.ts'

interface Told {
  readonly id: number
  readonly topic: string
  // biome-ignore lint/suspicious/noExplicitAny: what is told is what a test looks into
  readonly data: any
}

export interface Watcher {
  readonly told: readonly Told[]
  /** Comments: heartbeats. */
  readonly beats: () => number
  /** What it was told of a topic, so far. */
  of(topic: string): readonly Told[]
  hears(topic: string, data?: object): Promise<Told>
  readonly ended: Promise<void>
  close(): void
}

/** Listens on a free port of this machine, as a house does. */
export const listen = (world: Pick<World, 'http'>): Promise<string> =>
  world.http.listen({ host: '127.0.0.1', port: 0 })

/** An open event stream, read as a client of SSE reads it. */
export async function watch(
  base: string,
  as: string,
  query = '',
  headers: Readonly<Record<string, string>> = {},
): Promise<Watcher> {
  const leaving = new AbortController()
  const reply = await fetch(`${base}/api/v1/events/stream${query}`, {
    headers: { authorization: `Bearer ${as}`, ...headers },
    signal: leaving.signal,
  })
  if (!reply.ok) throw new Error(`${reply.status} ${await reply.text()}`)
  const told: Told[] = []
  let beats = 0
  const read = async () => {
    const decoder = new TextDecoder()
    let text = ''
    for await (const bytes of reply.body as ReadableStream<Uint8Array>) {
      text += decoder.decode(bytes, { stream: true })
      const blocks = text.split('\n\n')
      text = blocks.pop() ?? ''
      for (const block of blocks) {
        if (block.startsWith(':')) beats += 1
        const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1]
        const topic = field('event')
        if (topic !== undefined)
          told.push({ id: Number(field('id')), topic, data: JSON.parse(field('data') ?? '{}') })
      }
    }
  }
  const ended = read().catch(() => {}) // cut off is ended, too
  const of = (topic: string) => told.filter((one) => one.topic === topic)
  const watcher: Watcher = {
    ...{ told, of, ended },
    beats: () => beats,
    hears: async (topic, data = {}) => {
      await expect
        .poll(() => of(topic).map((one) => one.data))
        .toContainEqual(expect.objectContaining(data))
      return of(topic).at(-1) as Told
    },
    close: () => leaving.abort(),
  }
  await expect.poll(() => [...of('ready'), ...of('reset')].length).toBeGreaterThan(0)
  return watcher
}
