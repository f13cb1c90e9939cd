import { type Key, useWords } from '~/words/words.ts'

type Portal = Key<'portal'>
const KINDS =
  'charge capture hold release extend refund grant schedule adjust clawback repay expire transfer'
/** What the filter of history offers; a server may tell of more. */
export const ENTRY_KINDS = KINDS.split(' ')

const SOURCES =
  'purchase bonus subscription month_card task referral signup promo admin transfer refund'.split(
    ' ',
  )
const REASONS = ['refunded_at_provider', 'rest_of_refunded_at_provider', 'paid_twice_or_late']
const CHANNELS = 'wechat alipay stripe paypal sandbox balance offline'.split(' ')

/** Words for what the server names in codes; one that is not known here is shown as it is. */
export function useNames() {
  const say = useWords('portal')
  const named = (area: string, known: readonly string[]) => (code: string) =>
    known.includes(code) ? say(`${area}.${code}` as Portal) : code
  return {
    kind: named('kind', ENTRY_KINDS),
    source: named('source', SOURCES),
    channel: named('channel', CHANNELS),
    /** Why money goes back; what a person wrote is no code and stays as written. */
    reason: named('reason', REASONS),
  }
}
