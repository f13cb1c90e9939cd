import type { IncomingHttpHeaders } from 'node:http'
import { type Outcome, reply, serve } from './serve.ts'

/** A message as it came. */
export interface Heard {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** An app as tests play it: an address that keeps what it is told, and answers as it is asked to. */
export interface PlayedApp {
  readonly url: string
  readonly heard: readonly Heard[]
  /** The status of each answer from now on; 200 before. */
  answers(choose: (heard: Heard, count: number) => number): void
  close(): Promise<void>
}

export async function playApp(): Promise<PlayedApp> {
  const heard: Heard[] = []
  let choose: (heard: Heard, count: number) => number = () => 200
  const { url, close } = await serve(0, async ({ url, headers, body }): Promise<Outcome> => {
    const one = { path: url.pathname, headers, body: body.toString('utf8') }
    heard.push(one)
    return reply(choose(one, heard.length), '')
  })
  return {
    ...{ url, heard, close },
    answers: (next) => {
      choose = next
    },
  }
}
