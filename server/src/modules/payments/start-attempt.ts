import type { Keyring } from '#kernel/crypto'
import { type Database, inTx, type Tx } from '#kernel/db'
import { invariant } from '#kernel/invariant'
import { done, type Outcome } from '#kernel/outcome'
import { type KeptAccount, listAccounts, openAccount } from './account-store.ts'
import { type ApplyDeps, applyPayment } from './apply-payment.ts'
import { type Attempt, askedOf, canBePaid, nextAskAt, numberOf } from './attempt.ts'
import {
  findAttempt,
  insertAttempt,
  listAttempts,
  lockSubject,
  moveAttempt,
} from './attempt-store.ts'
import type { ChannelName, PayAsk } from './channel.ts'
import type { Channels } from './channels.ts'
import { findInstrument, type Instrument, listInstruments } from './instrument-store.ts'
import { UNCLEAR_RETRY_S } from './limits.ts'
import { hidePayer } from './payer.ts'
import { payments } from './refusals.ts'

export interface PaymentsDeps extends ApplyDeps {
  readonly ring: Keyring
  readonly channels: Channels
  readonly publicUrl: string
  /** Above it a person who sends money back needs a second one; in minor units. */
  readonly refundLimit: number
}

export interface Wanted {
  /** What is paid for. */
  readonly subject: string
  readonly owner: string
  readonly amount: bigint
  readonly currency: string
  readonly livemode: boolean
  readonly channel: string
  readonly account?: string | undefined
  readonly method?: string | undefined
  readonly title: string
  readonly expiresAt: Attempt['expiresAt']
  readonly returnUrl: string
  readonly payer: Omit<PayAsk['payer'], 'instrument'>
  /** Tried once, however it ended: nobody is there to want it again. */
  readonly once?: boolean
}

export type StartNo =
  | 'channel_unknown'
  | 'channel_off'
  | 'method_unknown'
  | 'amount_outside_limits'
  | 'instrument_missing'
  | 'tried_before'
  | 'payment_refused'
  | 'payment_unclear'

interface Started {
  readonly attempt: Attempt
  /** Begun by this call; not by one before it, nor by an equal one at the same time. */
  readonly isNew: boolean
}

/**
 * Asks a provider for a way to pay. The attempt is written down first, with its number, so that whatever becomes of the
 * call the provider's word finds it; asked again for the same, the same way is given.
 */
export async function startAttempt(
  deps: PaymentsDeps,
  want: Wanted,
): Promise<Outcome<Started, StartNo>> {
  const chosen = await chooseAccount(deps, want)
  if (!chosen.ok) return chosen
  const { account } = chosen.value
  const begun = await inTx(deps.db, async (tx) => {
    await lockSubject(tx, want.subject)
    const all = await listAttempts(tx, want.subject)
    if (want.once && all.length > 0) return undefined
    // Paid by somebody who asked at the same time: there is nothing left to pay.
    const paid = all.find(({ state }) => state === 'succeeded')
    const earlier = paid ?? findOpen(all, deps, want, chosen.value)
    const attempt = earlier ?? (await write(tx, deps, want, chosen.value))
    return { attempt, isNew: !earlier }
  })
  if (!begun) return payments.no('tried_before')
  const { attempt, isNew } = begun
  if (attempt.next || attempt.state === 'succeeded') return done(begun)
  const submitted = await submit(deps, attempt, account, want)
  return submitted.ok ? done({ attempt: submitted.value, isNew }) : submitted
}

interface Chosen {
  readonly account: KeptAccount
  readonly method: string
  readonly instrument: Instrument | undefined
}

async function chooseAccount(
  { db, channels }: PaymentsDeps,
  want: Wanted,
): Promise<Outcome<Chosen, StartNo>> {
  const channel = channels.get(want.channel)
  if (!channel) return payments.no('channel_unknown')
  const method = want.method ?? channel.methods[0] ?? ''
  if (!channel.methods.includes(method))
    return payments.no('method_unknown', { methods: channel.methods.join(', ') })
  const known = await listAccounts(db, want.channel)
  if (known.length === 0) return payments.no('channel_unknown')
  const { currencies, savedMethod } = channel
  const instrument = method === savedMethod ? await savedFor(db, want) : undefined
  if (method === savedMethod && !instrument) return payments.no('instrument_missing')
  const only = instrument?.account ?? want.account
  const on = known.filter(
    ({ enabled, livemode, name }) =>
      enabled && livemode === want.livemode && (only ?? name) === name,
  )
  if (on.length === 0 || (currencies && !currencies.includes(want.currency)))
    return payments.no('channel_off')
  const account = on.find(
    ({ minorMin, minorMax }) => want.amount >= minorMin && want.amount <= minorMax,
  )
  return account ? done({ account, method, instrument }) : payments.no('amount_outside_limits')
}

/** The newest that the owner has saved where this is to be paid: only the account that saved it can charge it. */
const savedFor = async (db: Database, want: Wanted): Promise<Instrument | undefined> =>
  (await listInstruments(db, want.owner)).find(
    ({ channel, account, livemode }) =>
      channel === want.channel &&
      account === (want.account ?? account) &&
      livemode === want.livemode,
  )

/** One that can still be paid in the same way, and so need not be made again. */
function findOpen(
  all: readonly Attempt[],
  { clock }: PaymentsDeps,
  want: Wanted,
  { account: { channel, name }, method }: Chosen,
): Attempt | undefined {
  const now = clock.now()
  return all.find(
    (one) =>
      canBePaid(one) &&
      one.expiresAt > now &&
      one.channel === channel &&
      one.account === name &&
      one.method === method &&
      one.amount === want.amount &&
      one.currency === want.currency,
  )
}

async function write(
  tx: Tx,
  deps: PaymentsDeps,
  want: Wanted,
  { account: { channel, name }, method, instrument }: Chosen,
): Promise<Attempt> {
  const id = deps.newId('pay')
  const now = deps.clock.now()
  const attempt: Attempt = {
    ...{ id, channel, account: name, method, tradeNo: numberOf(id), ref: undefined },
    ...{ subject: want.subject, owner: want.owner, amount: want.amount },
    ...{ currency: want.currency, livemode: want.livemode, title: want.title, state: 'created' },
    instrumentId: instrument?.id,
    ...{ next: undefined, why: undefined, createdAt: now, expiresAt: want.expiresAt },
    ...{ endedAt: undefined, asked: 0 },
  }
  const isNew = await insertAttempt(tx, attempt, nextAskAt(0, now))
  invariant(isNew, 'PY4', `two open attempts of a kind for ${want.subject}`)
  return attempt
}

async function submit(
  deps: PaymentsDeps,
  attempt: Attempt,
  account: KeptAccount,
  want: Wanted,
): Promise<Outcome<Attempt, StartNo>> {
  const channel = deps.channels.get(attempt.channel)
  if (!channel) return payments.no('channel_unknown')
  // The one this number was asked with before, not one that was saved since.
  const instrument =
    attempt.instrumentId === undefined
      ? undefined
      : await findInstrument(deps.db, attempt.instrumentId)
  if (instrument?.isEnded) return whileGone(attempt)
  const said = await channel.create(openAccount(deps.ring, account), {
    ...askedOf(attempt),
    title: attempt.title,
    notifyUrl: hookUrl(deps, attempt),
    returnUrl: want.returnUrl,
    payer: { ...want.payer, ...(instrument && { instrument }) },
  })
  const at = deps.clock.now()
  const askAt = nextAskAt(0, at)
  if (said.said === 'unknown') {
    await moveAttempt(deps.db, attempt.id, 'lose', { at, askAt, why: said.why })
    return payments.no('payment_unclear', { retry_after_s: UNCLEAR_RETRY_S })
  }
  if (said.said === 'no') {
    // Who asked with the same number at the same time may have got it.
    const other = await findAttempt(deps.db, attempt.id)
    if (other?.next) return done(other)
    await moveAttempt(deps.db, attempt.id, 'fail', { at, askAt: undefined, why: said.code })
    return payments.no('payment_refused', { code: said.code })
  }
  const { ref, next, fact } = said.value
  await moveAttempt(deps.db, attempt.id, 'submit', { at, askAt, ref, next })
  if (fact)
    await applyPayment(deps, hidePayer(deps.ring, account.channel, fact), {
      account,
      source: 'pull',
    })
  const now = await findAttempt(deps.db, attempt.id)
  return done(now ?? attempt)
}

/** Taken back since it was asked for: nobody asks again, and what came of the first time nobody knows yet. */
const whileGone = ({ state }: Attempt) =>
  state === 'created'
    ? payments.no('instrument_missing')
    : payments.no('payment_unclear', { retry_after_s: UNCLEAR_RETRY_S })

export const hookUrl = (
  { publicUrl }: Pick<PaymentsDeps, 'publicUrl'>,
  { channel, account }: { readonly channel: ChannelName; readonly account: string },
): string => `${publicUrl}/api/v1/hooks/${channel}/${account}`
