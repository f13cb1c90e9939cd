import type { Channel, Ground } from '../../channel.ts'
import { createPayment } from './create-payment.ts'
import { downloadBill } from './download-bill.ts'
import { closePayment, queryPayment } from './follow-payment.ts'
import type { Desk } from './judge-message.ts'
import { openKeyStore } from './key-store.ts'
import { acknowledge, parseNotification } from './parse-notification.ts'
import { queryRefund, refund } from './refund.ts'
import { WechatSecrets, WechatSettings } from './settings.ts'
import { queryTransfer, transfer } from './transfer.ts'

/** WeChat Pay, API v3. What it remembers is WeChat's own certificates, and nothing of an account's secrets. */
export function openWechat(ground: Ground): Channel<typeof WechatSettings, typeof WechatSecrets> {
  const desk: Desk = { ground, keys: openKeyStore(ground) }
  return {
    name: 'wechat',
    methods: ['native', 'jsapi', 'h5'],
    currencies: ['CNY'],
    settings: WechatSettings,
    secrets: WechatSecrets,
    merchantSetting: 'mchid',
    create: (account, ask) => createPayment(desk, account, ask),
    query: (account, attempt) => queryPayment(desk, account, attempt),
    close: (account, attempt) => closePayment(desk, account, attempt),
    refund: (account, ask) => refund(desk, account, ask),
    queryRefund: (account, ask) => queryRefund(desk, account, ask),
    parseNotification: (account, delivery) => parseNotification(desk, account, delivery),
    acknowledge,
    downloadBill: (account, day) => downloadBill(desk, account, day),
    transfer: (account, ask) => transfer(desk, account, ask),
    queryTransfer: (account, ask) => queryTransfer(desk, account, ask),
  }
}
