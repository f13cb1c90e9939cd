import { type KeptAccount, openAccount } from './account-store.ts'
import type { RefundFact } from './fact.ts'
import type { PaymentsDeps } from './start-attempt.ts'

/** How much went back, by the provider's answer; undefined where it does not say it (yet). */
export async function lookAtRefund(
  { channels, ring }: PaymentsDeps,
  fact: RefundFact,
  account: KeptAccount,
): Promise<RefundFact | undefined> {
  const channel = channels.get(account.channel)
  const said = await channel?.lookAtRefund?.(openAccount(ring, account), fact)
  if (said?.said !== 'yes' || said.value.kind !== 'refund') return undefined
  return said.value.amount === undefined ? undefined : said.value
}
