import type {
  BookLine,
  Json,
  Kit,
  LabReply,
  LabRequest,
  Provider,
  Waiting,
} from '../kit/provider.ts'
import { cashierPage, yuan } from './cashier.ts'
import { controlsOf } from './controls.ts'
import { makeKeys } from './keys.ts'
import { type Merchant, openMerchant } from './merchant.ts'
import { answerRequest } from './routes.ts'

const MCHID = '1900000109'
const APPID = 'wx8888888888888888'

/** WeChat Pay API v3 with one merchant, whose keys are made at start. */
export async function openWechat(kit: Kit): Promise<Provider> {
  const merchant = openMerchant(kit, MCHID, APPID, await makeKeys(MCHID, kit.now()))
  return {
    name: 'wechat',
    handle: async (request) => answer(merchant, request),
    controls: controlsOf(merchant),
    account: (baseUrl) => accountOf(merchant, baseUrl),
    books: () => booksOf(merchant),
    waiting: () => waitingAt(merchant),
  }
}

const answer = (merchant: Merchant, request: LabRequest): LabReply =>
  request.url.pathname.startsWith('/__lab/')
    ? cashierPage(merchant, request)
    : answerRequest(merchant, request)

/** What a merchant has of each mode: certificates, the public key, or both. */
const accountOf = ({ keys, mode, ...merchant }: Merchant, baseUrl: string): Json => ({
  channel: 'wechat',
  merchant: merchant.mchid,
  livemode: false,
  settings: {
    ...{ base_url: baseUrl, mchid: merchant.mchid, appid: merchant.appid },
    merchant_serial: keys.merchant.serial,
    ...(mode !== 'certificate' && {
      public_key_id: keys.publicKey.id,
      public_key: keys.publicKey.pem,
    }),
    ...(mode !== 'public_key' && {
      platform_certificates: keys.certificates.map(({ pem }) => pem),
    }),
  },
  secrets: {
    merchant_key: keys.merchant.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    apiv3_keys: [merchant.apiV3Key],
  },
})

const booksOf = ({ orders, refunds, transfers }: Merchant): BookLine[] => [
  ...[...orders.values()].flatMap(({ number, payment, state }): BookLine[] => {
    if (!payment) return []
    return [{ kind: 'payment', number, id: payment.id, amount: payment.total, ...CNY, state }]
  }),
  ...[...refunds.values()].map(
    ({ number, id, amount, state }): BookLine => ({
      ...{ kind: 'refund', number, id, amount, ...CNY, state },
    }),
  ),
  ...[...transfers.values()].map(
    ({ number, id, amount, state }): BookLine => ({
      ...{ kind: 'transfer', number, id, amount, ...CNY, state },
    }),
  ),
]

const CNY = { currency: 'CNY' } as const

const waitingAt = ({ orders, transfers }: Merchant): Waiting[] => [
  ...[...orders.values()]
    .filter(({ state }) => state === 'NOTPAY')
    .map(({ tradeType, number, total, description }) => ({
      what: `${tradeType} ${number} ${yuan(total)} CNY ${description}`,
      buttons: [
        { control: 'pay', input: { out_trade_no: number } },
        { control: 'expire', input: { out_trade_no: number } },
      ],
    })),
  ...[...transfers.values()]
    .filter(({ state }) => state === 'WAIT_USER_CONFIRM')
    .map(({ number, amount }) => ({
      what: `transfer ${number} ${yuan(amount)} CNY`,
      buttons: ['confirm_transfer', 'fail_transfer', 'expire_transfer'].map((control) => ({
        control,
        input: { out_bill_no: number },
      })),
    })),
]
