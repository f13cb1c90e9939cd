import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type {
  FaultName,
  Json,
  Kit,
  LabReply,
  LabRequest,
  Notification,
  Provider,
} from './provider.ts'

/** A kit for the tests of a provider: time stands still until it is moved, and what is sent is kept. */
export interface StillKit extends Kit {
  readonly sent: Notification[]
  /** Moves the clock, and does what was left for later. */
  pass(ms: number): void
  /** This fault strikes so many times. */
  strike(fault: FaultName, times: number): void
}

export function stillKit(at: number): StillKit {
  let now = at
  let jobs: { readonly at: number; readonly work: () => void }[] = []
  const strikes = new Map<FaultName, number>()
  const sent: Notification[] = []
  return {
    sent,
    now: () => now,
    deliver: (notification) => void sent.push(notification),
    scaled: (ms) => ms,
    later: (ms, work) => void jobs.push({ at: now + ms, work }),
    strikes: (fault) => {
      const left = strikes.get(fault) ?? 0
      strikes.set(fault, Math.max(0, left - 1))
      return left > 0
    },
    strike: (fault, times) => void strikes.set(fault, times),
    pass: (ms) => {
      now += ms
      const due = jobs.filter((job) => job.at <= now)
      jobs = jobs.filter((job) => job.at > now)
      for (const { work } of due) work()
    },
  }
}

export interface Served extends AsyncDisposable {
  readonly url: string
  readonly port: number
}

/** The provider alone behind HTTP, with its buttons, on a port of its own. */
export async function serve(provider: Provider): Promise<Served> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const headers = Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, value?.toString()]),
      )
      const url = new URL(request.url ?? '/', `http://${request.headers.host}`)
      const body = Buffer.concat(chunks)
      const method = request.method ?? 'GET'
      answer(provider, { method, url, headers, body }).then(
        (reply) => response.writeHead(reply.status, { ...reply.headers }).end(reply.body),
        () => response.destroy(),
      )
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** A button of a page is a control, and leads where that says. */
async function answer(provider: Provider, request: LabRequest): Promise<LabReply> {
  const name = request.url.pathname.match(/^\/__lab\/[\w-]+\/(\w+)$/)?.[1]
  const control = name === undefined ? undefined : provider.controls[name]
  if (request.method !== 'POST' || !control) return provider.handle(request)
  const { next, ...input } = Object.fromEntries(new URLSearchParams(request.body.toString()))
  const done = await control(input)
  return { status: 303, headers: { location: String(done['location'] ?? next) } }
}

/** Presses a button of a page, as a browser would. */
export async function press(url: string, words: string): Promise<Response> {
  const page = await (await fetch(url)).text()
  const form = page.match(/<form[\s\S]*?<\/form>/g)?.find((one) => one.includes(`>${words}<`))
  if (form === undefined) throw new Error(`there is no button ${words}`)
  const fields = form.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)">/g)
  const pressed = form.match(new RegExp(`<button name="(\\w+)" value="(\\w+)">${words}<`))
  const [, action = ''] = form.match(/action="([^"]+)"/) ?? []
  const body = new URLSearchParams()
  for (const [, name = '', value = ''] of [...fields, ...(pressed ? [pressed] : [])])
    body.set(name, value)
  return fetch(new URL(action, url), { method: 'POST', body, redirect: 'manual' })
}

/** Presses a button of what waits, as on the lab's own page. */
export async function pressWaiting({ waiting, controls }: Provider, words: string): Promise<Json> {
  const buttons = waiting?.().flatMap((one) => one.buttons) ?? []
  const button = buttons.find((one) => (one.words ?? one.control) === words)
  const act = controls[button?.control ?? '']
  if (!button || !act) throw new Error(`there is no button ${words}`)
  return act(button.input)
}
