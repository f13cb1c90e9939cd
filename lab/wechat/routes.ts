import type { Json, LabReply, LabRequest } from '../kit/provider.ts'
import { shanghaiTime } from '../kit/shanghai.ts'
import {
  type Answer,
  isRefusal,
  keyForAnswer,
  ok,
  refuse,
  signedReply,
  unsignedReply,
} from './answer.ts'
import { refuseCaller } from './authorize.ts'
import { downloadBill, requestFundFlowBill, requestTradeBill } from './bills.ts'
import type { Merchant } from './merchant.ts'
import {
  closeOrder,
  orderH5,
  orderJsapi,
  orderNative,
  queryOrder,
  queryTransaction,
} from './orders.ts'
import { queryRefund, requestRefund } from './refunds.ts'
import { seal } from './seal.ts'
import { cancelTransfer, queryTransfer, queryTransferById, requestTransfer } from './transfers.ts'

/** A request that is this merchant's. */
export interface Call {
  /** What stood for `{}` in the address. */
  readonly params: readonly string[]
  readonly query: URLSearchParams
  /** Undefined where there was none. */
  readonly body: unknown
  /** Where the lab was asked. */
  readonly origin: string
  /** `Wechatpay-Serial`. */
  readonly serial: string | undefined
}

type Handler = (merchant: Merchant, call: Call) => Answer

const PAY = '/v3/pay/transactions'
const TRANSFER = '/v3/fund-app/mch-transfer/transfer-bills'
const DOWNLOAD = '/v3/billdownload/file'

const ROUTES: Readonly<Record<string, Handler>> = {
  [`POST ${PAY}/native`]: orderNative,
  [`POST ${PAY}/jsapi`]: orderJsapi,
  [`POST ${PAY}/h5`]: orderH5,
  [`GET ${PAY}/out-trade-no/{}`]: queryOrder,
  [`GET ${PAY}/id/{}`]: queryTransaction,
  [`POST ${PAY}/out-trade-no/{}/close`]: closeOrder,
  'POST /v3/refund/domestic/refunds': requestRefund,
  'GET /v3/refund/domestic/refunds/{}': queryRefund,
  'GET /v3/bill/tradebill': requestTradeBill,
  'GET /v3/bill/fundflowbill': requestFundFlowBill,
  'GET /v3/certificates': listCertificates,
  [`POST ${TRANSFER}`]: requestTransfer,
  [`GET ${TRANSFER}/out-bill-no/{}`]: queryTransfer,
  [`GET ${TRANSFER}/transfer-bill-no/{}`]: queryTransferById,
  [`POST ${TRANSFER}/out-bill-no/{}/cancel`]: cancelTransfer,
}

const PATTERNS = Object.entries(ROUTES).map(([key, handler]) => {
  const [method = '', path = ''] = key.split(' ')
  return { method, path: new RegExp(`^${path.replaceAll('{}', '([^/]+)')}$`), handler }
})

/** The API itself: who asks, then how the answer is to be signed, then what is asked for. */
export function answerRequest(merchant: Merchant, request: LabRequest): LabReply {
  const stranger = refuseCaller(merchant, request)
  if (stranger) return unsignedReply(stranger)
  const { pathname, searchParams } = request.url
  if (pathname === DOWNLOAD) {
    const file = downloadBill(merchant, searchParams.get('token'))
    return isRefusal(file) ? unsignedReply(file) : file
  }
  const key = keyForAnswer(merchant, request.headers['wechatpay-serial'])
  if (isRefusal(key)) return unsignedReply(key)
  return signedReply(merchant, answer(merchant, request), key)
}

function answer(merchant: Merchant, { method, url, body, headers }: LabRequest): Answer {
  const here = PATTERNS.flatMap(({ path, ...route }) => {
    const found = url.pathname.match(path)
    return found ? [{ ...route, params: found.slice(1) }] : []
  })
  const route = here.find((one) => one.method === method)
  if (!route)
    return here.length > 0
      ? refuse(405, 'INVALID_REQUEST', 'not with this method')
      : refuse(404, 'RESOURCE_NOT_EXISTS', 'nothing is here')
  const params = route.params.map(unescaped)
  if (params.includes(undefined)) return refuse(400, 'PARAM_ERROR', 'the address is ill escaped')
  const parsed = body.length === 0 ? {} : parseJson(body)
  if (parsed === undefined) return refuse(400, 'PARAM_ERROR', 'the body is no JSON')
  return route.handler(merchant, {
    params: params.flatMap((one) => one ?? []),
    query: url.searchParams,
    body: parsed,
    origin: url.origin,
    serial: headers['wechatpay-serial'],
  })
}

function unescaped(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
}

/** All that are valid; a merchant of the new kind has none. */
function listCertificates(merchant: Merchant): Answer {
  if (merchant.mode === 'public_key')
    return refuse(
      404,
      'RESOURCE_NOT_EXISTS',
      '无可用的平台证书，请在商户平台-API安全申请使用微信支付公钥',
    )
  const data = merchant.keys.certificates.map(
    ({ id, pem, from, until }): Json => ({
      serial_no: id,
      effective_time: shanghaiTime(from),
      expire_time: shanghaiTime(until),
      encrypt_certificate: seal(pem, merchant.apiV3Key, 'certificate'),
    }),
  )
  return ok({ data })
}
