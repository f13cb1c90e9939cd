import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { SMTPServer, type SMTPServerSession } from 'smtp-server'
import type { Json, Kit, Provider } from '../kit/provider.ts'
import { type Letter, readLetter } from './letter.ts'

interface Mail extends Letter {
  readonly from: string
  readonly to: readonly string[]
  /** RFC 3339. */
  readonly at: string
  /** As it came. */
  readonly raw: string
}

/** What the next mails meet. */
interface Mood {
  refusal: { readonly code: number; times: number }
  slowMs: number
}

const BYTES_MAX = 10 * 1_048_576
/** A client that keeps its line open must not keep the lab open. */
const CLOSE_MS = 500

type SmtpProvider = Provider & Required<Pick<Provider, 'listen'>>

/** A post office that delivers nothing and keeps everything, to be looked at. It asks nobody who they are. */
export async function openSmtp(kit: Kit): Promise<SmtpProvider> {
  const mails: Mail[] = []
  const mood: Mood = { refusal: { code: 0, times: 0 }, slowMs: 0 }
  let url: string | undefined
  return {
    name: 'smtp',
    handle: async () => ({ status: 404 }),
    controls: controlsOf(mails, mood),
    account: () => ({ smtp_url: url }),
    books: () => [],
    listen: async (port) => {
      const server = newServer(kit, mails, mood)
      const listening = server.listen(port, '127.0.0.1')
      await once(listening, 'listening')
      url = `smtp://127.0.0.1:${(listening.address() as AddressInfo).port}`
      return { url, close: () => new Promise((closed) => server.close(closed)) }
    },
  }
}

const controlsOf = (mails: Mail[], mood: Mood): Provider['controls'] => ({
  mails: async (input) => {
    const to = input['to']
    return { mails: mails.filter((mail) => typeof to !== 'string' || mail.to.includes(to)) }
  },
  clear: async () => ({ cleared: mails.splice(0).length }),
  /** 4xx asks to come again, 5xx says never. */
  refuse: async (input) => {
    const { code = 451, times = 1 } = input
    if (!isWhole(code) || code < 400 || code > 599 || !isWhole(times))
      throw new Error('code is 400 to 599, times a whole number')
    mood.refusal = { code, times }
    return { ...mood.refusal }
  },
  /** How long each mail waits for its answer, on the lab's clock; 0 makes it quick again. */
  slow: async ({ ms }: Json) => {
    if (!isWhole(ms)) throw new Error('ms is a whole number')
    mood.slowMs = ms
    return { ms }
  },
})

const isWhole = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0

function newServer(kit: Kit, mails: Mail[], mood: Mood): SMTPServer {
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    size: BYTES_MAX,
    closeTimeout: CLOSE_MS,
    onConnect: (_session, done) =>
      done(kit.strikes('refuse_connection') ? refusalOf(421) : undefined),
    onRcptTo: (_address, _session, done) => done(nextRefusal(mood)),
    onData: (stream, session, done) => {
      const answer = (error?: Error) => {
        // It was taken, and nobody is told.
        if (!error && kit.strikes('drop_after_commit')) return hangUp(server, session)
        if (mood.slowMs > 0) kit.later(mood.slowMs, () => done(error))
        else done(error)
      }
      buffer(stream).then(
        (raw) => answer(take(kit, mails, session, raw, stream.sizeExceeded)),
        (error: Error) => done(error),
      )
    },
  })
  // A client that hangs up is no reason for the lab to end.
  server.on('error', () => undefined)
  return server
}

function nextRefusal({ refusal }: Mood): Error | undefined {
  if (refusal.times === 0) return undefined
  refusal.times -= 1
  return refusalOf(refusal.code)
}

const refusalOf = (responseCode: number): Error =>
  Object.assign(new Error('refused by the lab'), { responseCode })

function take(
  kit: Kit,
  mails: Mail[],
  { envelope }: SMTPServerSession,
  raw: Buffer,
  tooLarge: boolean,
): Error | undefined {
  if (tooLarge) return refusalOf(552)
  if (kit.strikes('server_error') || kit.strikes('busy')) return refusalOf(451)
  mails.push({
    from: envelope.mailFrom === false ? '' : envelope.mailFrom.address,
    to: envelope.rcptTo.map(({ address }) => address),
    at: new Date(kit.now()).toISOString(),
    ...readLetter(raw),
    raw: raw.toString(),
  })
  return kit.strikes('error_after_commit') ? refusalOf(451) : undefined
}

function hangUp(server: SMTPServer, { id }: SMTPServerSession): void {
  for (const connection of server.connections) if (connection.session.id === id) connection.close()
}
