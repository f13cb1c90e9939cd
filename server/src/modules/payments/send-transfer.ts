import { inTx } from '#kernel/db'
import { done, type Outcome } from '#kernel/outcome'
import { findAccount, openAccount } from './account-store.ts'
import { applyTransfer } from './apply-transfer.ts'
import { nextAskAt, numberOf } from './attempt.ts'
import type { ChannelName, TransferAsk } from './channel.ts'
import { payments } from './refusals.ts'
import { hookUrl, type PaymentsDeps } from './start-attempt.ts'
import type { Transfer } from './transfer.ts'
import { askTransferAgain, findTransferOf, insertTransfer, moveTransfer } from './transfer-store.ts'

interface Wanted {
  readonly subject: string
  readonly channel: ChannelName
  readonly account: string
  readonly amount: bigint
  readonly currency: string
  readonly payee: TransferAsk['payee']
  readonly title: string
}

/** Writes a transfer down; it is sent by whoever looks next. A subject has one, whoever asks, and however often. */
export async function beginTransfer(
  deps: PaymentsDeps,
  want: Wanted,
): Promise<Outcome<Transfer, 'channel_unknown' | 'channel_off'>> {
  const channel = deps.channels.get(want.channel)
  const account = await findAccount(deps.db, want.channel, want.account)
  if (!channel?.transfer || !account) return payments.no('channel_unknown')
  if (!account.enabled) return payments.no('channel_off')
  const id = deps.newId('out')
  const { subject, amount, currency, title } = want
  const transfer: Transfer = {
    ...{ id, channel: want.channel, account: want.account, transferNo: numberOf(id), subject },
    ...{ ref: undefined, amount, currency, title, state: 'requested', confirm: undefined },
    ...{ why: undefined, createdAt: deps.clock.now(), asked: 0 },
    payee: deps.ring.seal(JSON.stringify(want.payee), `payments.transfers ${id}`),
  }
  await inTx(deps.db, (tx) => insertTransfer(tx, transfer))
  return done((await findTransferOf(deps.db, subject)) ?? transfer)
}

/** Brings a transfer on: sends it, or asks how it stands where it was sent, under the same number for ever. */
export async function sendTransfer(deps: PaymentsDeps, transfer: Transfer): Promise<void> {
  const channel = deps.channels.get(transfer.channel)
  const kept = await findAccount(deps.db, transfer.channel, transfer.account)
  const later = () =>
    askTransferAgain(deps.db, transfer.id, nextAskAt(transfer.asked, deps.clock.now()))
  if (!channel?.transfer || !channel.queryTransfer || !kept) return later()
  const account = openAccount(deps.ring, kept)
  const ask: TransferAsk = {
    ...{ transferNo: transfer.transferNo, amount: transfer.amount, currency: transfer.currency },
    ...{ title: transfer.title, notifyUrl: hookUrl(deps, transfer) },
    payee: JSON.parse(deps.ring.open(transfer.payee, `payments.transfers ${transfer.id}`)),
  }
  const from = { account: kept, source: 'pull' } as const
  if (transfer.state !== 'requested') {
    const said = await channel.queryTransfer(account, ask)
    if (said.said !== 'yes') return later()
    if (said.value.kind === 'transfer') {
      if ((await applyTransfer(deps, said.value, from)) !== 'done') await later()
      return
    }
  }
  const at = deps.clock.now()
  // From here on it may have gone out, whatever becomes of us.
  await moveTransfer(deps.db, transfer.id, 'lose', { at, askAt: nextAskAt(transfer.asked, at) })
  const said = await channel.transfer(account, ask)
  if (said.said === 'yes') await applyTransfer(deps, said.value, from)
  else if (said.said === 'no')
    await applyTransfer(
      deps,
      {
        ...{ kind: 'transfer', transferNo: transfer.transferNo, transfer: undefined },
        ...{ amount: transfer.amount, currency: transfer.currency, state: 'failed' },
        ...{ merchant: kept.merchant, livemode: kept.livemode, why: said.code },
      },
      from,
    )
}
