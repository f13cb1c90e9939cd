import type { IncomingHttpHeaders } from 'node:http'
import { crashPoint } from '#kernel/crash-points'
import { sha256 } from '#kernel/crypto'
import { openAccount } from './account-store.ts'
import type { Delivery, Parsed, Reply } from './channel.ts'
import { insertEvent } from './event-store.ts'
import type { KnownAccounts } from './known-accounts.ts'
import { hidePayer } from './payer.ts'
import type { PaymentsDeps } from './start-attempt.ts'

/** Signatures, and what says how to read the body: no cookie and no authorization is worth keeping. */
const KEPT_HEADERS =
  /^(content-(type|length|encoding)|user-agent|wechatpay-.*|request-id|stripe-signature|paypal-.*|x-sandbox-signature)$/

export interface HearingDeps extends PaymentsDeps {
  readonly knownAccounts: KnownAccounts
}

export type Heard =
  | { readonly verdict: 'genuine'; readonly reply: Reply }
  | Exclude<Parsed, { verdict: 'genuine' }>

/**
 * A message to our hooks: judged, kept as it came, acknowledged. What follows from it is done afterwards by whoever has
 * time, so that a busy ledger keeps no provider waiting. Undefined where nobody is there to hear it.
 */
export async function receiveEvent(
  deps: HearingDeps,
  where: { readonly channel: string; readonly account: string },
  delivery: Delivery,
): Promise<Heard | undefined> {
  const channel = deps.channels.get(where.channel)
  const kept = channel && (await deps.knownAccounts.of(where.channel, where.account))
  if (!channel || !kept) return undefined
  const parsed = await channel.parseNotification(openAccount(deps.ring, kept), delivery)
  if (parsed.verdict !== 'genuine') return parsed
  const id = deps.newId('hook')
  await insertEvent(deps.db, {
    ...{ id, channel: kept.channel, account: kept.name, at: deps.clock.now() },
    ...{ messageId: parsed.id, type: parsed.type.slice(0, 128), keyId: parsed.keyId },
    facts: parsed.facts.map((fact) =>
      fact.kind === 'payment' ? hidePayer(deps.ring, kept.channel, fact) : fact,
    ),
    headers: headersKept(delivery.headers),
    body: deps.ring.seal(delivery.body.toString('base64'), `payments.events ${id}`),
    digest: sha256(delivery.body),
  })
  crashPoint('hook.kept')
  return { reply: channel.acknowledge(), verdict: 'genuine' }
}

const headersKept = (headers: IncomingHttpHeaders): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      KEPT_HEADERS.test(name) && typeof value === 'string' ? [[name, value.slice(0, 1_024)]] : [],
    ),
  )
