import Type from 'typebox'
import type { WebSocket } from 'ws'
import { creditRefusals, type WhichAccount } from '#credits'
import type { Log } from '#kernel/log'
import { done, type Outcome } from '#kernel/outcome'
import { type Call, defineRoute, type Route } from '#kernel/routes'
import type { CatchUps } from './catch-up.ts'
import type { Crowd } from './crowd.ts'
import {
  COME_BACK_MS_MAX,
  LIFE_MS_MAX,
  LIFE_MS_MIN,
  LINES_PER_OWNER_MAX,
  TALK_BYTES_MAX,
} from './limits.ts'
import { type About, type Line, openLine } from './line.ts'
import { STAFF_SCOPES } from './message.ts'
import { realtime } from './refusals.ts'
import type { Seen } from './seen.ts'
import { sseWire, type Wire, webSocketWire } from './wire.ts'

export interface StreamDeps {
  readonly machineMs: () => number
  readonly random: () => number
  readonly crowd: Crowd
  readonly catchUps: CatchUps
  readonly seen: Seen
  readonly whichAccount: WhichAccount
  readonly log: Log
  /** Sent away already, whoever comes now is not taken in. */
  readonly isClosing: () => boolean
}

const Place = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
const WANTED = Type.Object(
  {
    owner: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
    external_id: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })),
    staff: Type.Optional(
      Type.Boolean({ description: 'What waits for the staff, by their scopes' }),
    ),
    last_event_id: Type.Optional(Place),
  },
  { additionalProperties: false },
)
type Wanted = Type.Static<typeof WANTED>
type Came = Pick<Call<undefined, Wanted, undefined>, 'principal' | 'query' | 'headers'>

const { lines_full, too_many_lines, staff_only, switch_needed } = realtime.texts
const { owner_needed, owner_unknown } = creditRefusals.texts
const area = 'push'

export function streamRoutes(deps: StreamDeps): Route[] {
  const refuses = { lines_full, too_many_lines, staff_only, owner_needed, owner_unknown }
  return [
    defineRoute({
      method: 'GET',
      url: '/api/v1/events/stream',
      scope: 'credits:read',
      name: 'stream_events',
      summary: 'What happens, as it happens (server-sent events)',
      area,
      query: WANTED,
      answerType: 'text/event-stream',
      streams: true,
      refuses,
      handle: async (call) => {
        const about = await aboutWhat(deps, call)
        if (!about.ok) return about
        const refusal = turnedAway(deps, call.principal, about.value)
        if (refusal) return refusal
        join(
          deps,
          call,
          about.value,
          sseWire(call.reply, Math.ceil(deps.random() * COME_BACK_MS_MAX)),
        )
        return done(undefined)
      },
    }),
    defineRoute({
      method: 'GET',
      url: '/api/v1/ws',
      scope: 'credits:read',
      name: 'open_socket',
      summary: 'The same over a WebSocket',
      area,
      query: WANTED,
      refuses: { switch_needed },
      handle: async () => realtime.no('switch_needed'),
      talk: async (socket, call) => {
        const about = await aboutWhat(deps, call)
        if (!about.ok) return refuse(socket, about.refusal.code)
        const refusal = turnedAway(deps, call.principal, about.value)
        if (refusal) return refuse(socket, refusal.refusal.code)
        const line = join(deps, call, about.value, webSocketWire(socket))
        let isReading = false
        socket.on('message', async (data) => {
          const since = resumeOf(String(data))
          // Asked again before it is answered, it is not read again: a word is cheaper to say than to answer.
          if (since === undefined || isReading) return
          isReading = true
          await resume(deps, line, since)
          isReading = false
        })
      },
    }),
  ]
}

/** Whom the caller may be told about. */
async function aboutWhat(
  deps: StreamDeps,
  { principal, query }: Came,
): Promise<Outcome<About, 'staff_only' | 'owner_needed' | 'owner_unknown'>> {
  const { staff, last_event_id: _, ...named } = query
  return staff ? aboutStaff(principal) : aboutOwner(deps, principal, named)
}

/** Asked in the same breath in which the line is opened: of many who come at once each finds the others there. */
function turnedAway({ isClosing, crowd }: StreamDeps, principal: Came['principal'], about: About) {
  if (isClosing()) return realtime.no('lines_full', { retry_after_s: 1 })
  const room = crowd.roomFor(about, principal)
  if (room === 'full') return realtime.no('lines_full', { retry_after_s: 5 })
  if (room === 'too_many')
    return realtime.no('too_many_lines', { lines_max: LINES_PER_OWNER_MAX, retry_after_s: 5 })
  return undefined
}

function aboutStaff(principal: Came['principal']): Outcome<About, 'staff_only'> {
  const scopes = STAFF_SCOPES.filter((scope) => principal.scopes.has(scope))
  return scopes.length > 0 ? done({ scopes }) : realtime.no('staff_only')
}

async function aboutOwner(
  { whichAccount }: StreamDeps,
  principal: Came['principal'],
  named: { readonly owner?: string; readonly external_id?: string },
): Promise<Outcome<About, 'owner_needed' | 'owner_unknown'>> {
  const account = await whichAccount(principal, named)
  return account.ok ? done({ owner: account.value.owner }) : account
}

function join(
  deps: StreamDeps,
  { principal, headers, query }: Came,
  about: About,
  wire: Wire,
): Line {
  const { crowd, seen } = deps
  const nowMs = deps.machineMs()
  const lifeMs = LIFE_MS_MIN + deps.random() * (LIFE_MS_MAX - LIFE_MS_MIN)
  const line = openLine(wire, {
    ...{ about, principal, beginsAtMs: nowMs, endsAtMs: nowMs + lifeMs },
    onReset: seen.reset,
  })
  wire.onGone(() => crowd.remove(line))
  crowd.add(line)
  seen.opened()
  const since = query.last_event_id ?? numberOf(headers['last-event-id'])
  if (since === undefined) line.caughtUp([], crowd.position)
  else void resume(deps, line, since)
  return line
}

function resume(
  { crowd, catchUps, seen, log }: StreamDeps,
  line: Line,
  since: number,
): Promise<void> {
  seen.replayed()
  return catchUps
    .since(line.about, since)
    .then(({ frames, position }) => line.caughtUp(frames, position))
    .catch((error) => {
      log.warn({ module: 'realtime', err: error }, 'what somebody missed could not be read')
      line.caughtUp(undefined, crowd.position)
    })
}

const numberOf = (text: string | readonly string[] | undefined): number | undefined =>
  typeof text === 'string' && /^\d{1,15}$/.test(text) ? Number(text) : undefined

function resumeOf(text: string): number | undefined {
  if (text.length > TALK_BYTES_MAX) return undefined
  try {
    const said: unknown = JSON.parse(text)
    return numberOf(String(Reflect.get(Object(said), 'resume') ?? ''))
  } catch {
    return undefined // whatever else is said is not for us
  }
}

/** After the switch there are no statuses any more: codes from 4000 on are ours. */
const REFUSED = 4_000
function refuse(socket: WebSocket, code: string): void {
  socket.close(REFUSED, code)
}
