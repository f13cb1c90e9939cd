import type { Channel, Ground } from '../../channel.ts'
import { downloadBill } from './bill.ts'
import { parseNotification } from './notification.ts'
import { close, create, METHODS, query, SAVED_CARD } from './pay.ts'
import { queryRefund, refund } from './refund.ts'
import { StripeSecrets, StripeSettings } from './settings.ts'

export const openStripe = (
  ground: Ground,
): Channel<typeof StripeSettings, typeof StripeSecrets> => ({
  name: 'stripe',
  methods: METHODS,
  savedMethod: SAVED_CARD,
  takesAtOnce: [SAVED_CARD],
  currencies: undefined,
  settings: StripeSettings,
  secrets: StripeSecrets,
  merchantSetting: 'account',
  // A key says itself whether it moves money.
  whyNot: (livemode, { secret_key }) =>
    !secret_key.slice(2).startsWith(livemode ? '_live_' : '_test_')
      ? `secret_key is not of ${livemode ? 'live' : 'test'} mode`
      : undefined,
  create: (account, ask) => create(ground, account, ask),
  query: (account, attempt) => query(ground, account, attempt),
  close: (account, attempt) => close(ground, account, attempt),
  refund: (account, ask) => refund(ground, account, ask),
  queryRefund: (account, ask) => queryRefund(ground, account, ask),
  parseNotification: async (account, delivery) => parseNotification(ground, account, delivery),
  acknowledge: () => ({ status: 200 }),
  downloadBill: (account, day) => downloadBill(ground, account, day),
})
