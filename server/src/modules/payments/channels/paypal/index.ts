import type { Channel, Ground } from '../../channel.ts'
import { CURRENCIES } from './amount.ts'
import { downloadBill } from './bill.ts'
import { openCertificates } from './certificates.ts'
import { openClient } from './client.ts'
import { parseNotification } from './notification.ts'
import { close, create, METHODS, query } from './order.ts'
import { queryRefund, refund } from './refund.ts'
import { PaypalSecrets, PaypalSettings } from './settings.ts'

export function openPaypal(ground: Ground): Channel<typeof PaypalSettings, typeof PaypalSecrets> {
  const client = openClient(ground)
  const certificates = openCertificates(ground)
  return {
    name: 'paypal',
    methods: METHODS,
    currencies: CURRENCIES,
    settings: PaypalSettings,
    secrets: PaypalSecrets,
    merchantSetting: 'merchant_id',
    create: (account, ask) => create(client, account, ask),
    query: (account, attempt) => query(client, ground, account, attempt),
    close: (account, attempt) => close(client, ground, account, attempt),
    refund: (account, ask) => refund(client, account, ask),
    queryRefund: (account, ask) => queryRefund(client, account, ask),
    parseNotification: (account, delivery) =>
      parseNotification(ground, certificates, account, delivery),
    acknowledge: () => ({ status: 200 }),
    downloadBill: (account, day) => downloadBill(client, ground, account, day),
  }
}
