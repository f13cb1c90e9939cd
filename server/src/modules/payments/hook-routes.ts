import Type from 'typebox'
import { done } from '#kernel/outcome'
import { type Call, defineRoute, type Route } from '#kernel/routes'
import type { Reply } from './channel.ts'
import { countForgeries } from './forgeries.ts'
import type { Janitor } from './janitor.ts'
import { HOOK_BYTES_MAX } from './limits.ts'
import { type HearingDeps, receiveEvent } from './receive-event.ts'
import { payments } from './refusals.ts'

interface Deps extends HearingDeps {
  readonly machineMs: () => number
  readonly janitor: Janitor
}

const CALLS_PER_MINUTE_MAX = 60_000
const area = 'hooks'
const { hook_unknown, forged_too_often } = payments.texts

/** Where providers tell us what happened; the sandbox has an address of its own besides, as the seed names it. */
export function hookRoutes(deps: Deps): Route[] {
  const forgeries = countForgeries(deps.machineMs)
  const hear = async (
    call: Pick<Call<unknown, unknown, unknown>, 'body' | 'headers' | 'ip' | 'reply' | 'requestId'>,
    where: { readonly channel: string; readonly account: string },
  ) => {
    const body = Buffer.isBuffer(call.body) ? call.body : Buffer.alloc(0)
    const path = `/api/v1/hooks/${where.channel}/${where.account}`
    const delivery = { method: 'POST', path, headers: call.headers, body }
    const heard = await receiveEvent(deps, where, delivery)
    if (!heard) return payments.no('hook_unknown')
    // Judged first: whoever forges from behind a provider's proxy must not silence the provider.
    if (heard.verdict === 'forged' && forgeries.isTooMany(call.ip))
      return payments.no('forged_too_often', { retry_after_s: 60 })
    if (heard.verdict === 'genuine') deps.janitor.wake('events')
    else if (heard.verdict === 'forged' && forgeries.note(call.ip))
      deps.log.warn(
        { module: 'payments', ...where, why: heard.why, request_id: call.requestId },
        'a message was not believed',
      )
    else if (heard.verdict === 'later')
      deps.log.error(
        { module: 'payments', ...where, why: heard.why, request_id: call.requestId },
        'a message could not be judged; its sender was told to send it again',
      )
    await send(call.reply, heard.reply)
    return done(undefined)
  }
  return [
    defineRoute({
      method: 'POST',
      url: '/api/v1/hooks/:channel/:account',
      scope: 'public',
      name: 'receive_hook',
      summary: 'Where a provider tells what happened, signed in its own manner',
      area,
      params: Type.Object(
        {
          channel: Type.String({ pattern: '^[a-z]{1,16}$' }),
          account: Type.String({ pattern: '^[a-z0-9_-]{1,32}$' }),
        },
        { additionalProperties: false },
      ),
      rawBytesMax: HOOK_BYTES_MAX,
      callsPerMinuteMax: CALLS_PER_MINUTE_MAX,
      refuses: { hook_unknown, forged_too_often },
      handle: (call) => hear(call, call.params),
    }),
    defineRoute({
      method: 'POST',
      url: '/api/v1/payments/callback',
      scope: 'public',
      name: 'receive_sandbox_callback',
      summary: 'The hook of the sandbox; signed, as every other',
      area,
      rawBytesMax: HOOK_BYTES_MAX,
      callsPerMinuteMax: CALLS_PER_MINUTE_MAX,
      refuses: { hook_unknown, forged_too_often },
      handle: (call) => hear(call, { channel: 'sandbox', account: 'main' }),
    }),
  ]
}

async function send(
  reply: Call<unknown, unknown, unknown>['reply'],
  { status, type = 'text/plain; charset=utf-8', body }: Reply,
): Promise<void> {
  reply.code(status)
  await (body === undefined ? reply.send() : reply.type(type).send(body))
}
