import type { Channel, Ground } from '../../channel.ts'
import { downloadBill } from './bill.ts'
import { parseNotification, SUCCESS } from './notification.ts'
import { lookAtRefund, queryRefund, refundTrade } from './refund.ts'
import { AlipaySecrets, AlipaySettings } from './settings.ts'
import { closeTrade, createTrade, METHODS, queryTrade } from './trade.ts'
import { queryTransfer, transferOut } from './transfer.ts'

export function openAlipay(ground: Ground): Channel<typeof AlipaySettings, typeof AlipaySecrets> {
  return {
    name: 'alipay',
    methods: METHODS,
    currencies: ['CNY'],
    settings: AlipaySettings,
    secrets: AlipaySecrets,
    merchantSetting: 'app_id',
    create: (account, ask) => createTrade(ground, account, ask),
    query: (account, attempt) => queryTrade(ground, account, attempt),
    close: (account, attempt) => closeTrade(ground, account, attempt),
    refund: (account, ask) => refundTrade(ground, account, ask),
    queryRefund: (account, ask) => queryRefund(ground, account, ask),
    lookAtRefund: (account, fact) => lookAtRefund(ground, account, fact),
    parseNotification: (account, delivery) => parseNotification(ground, account, delivery),
    acknowledge: () => SUCCESS,
    downloadBill: (account, day) => downloadBill(ground, account, day),
    transfer: (account, ask) => transferOut(ground, account, ask),
    queryTransfer: (account, ask) => queryTransfer(ground, account, ask),
  }
}
