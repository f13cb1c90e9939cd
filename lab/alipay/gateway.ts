import type { Json, LabReply, LabRequest } from '../kit/provider.ts'
import type { App } from './app.ts'
import type { Ask } from './ask.ts'
import { CALLS } from './calls.ts'
import { cashierAddress } from './cashier.ts'
import { parseChinaTime } from './china-time.ts'
import {
  BAD_JSON,
  BAD_SIGNATURE,
  findApp,
  parseJson,
  wrongCertificates,
  wrongTime,
} from './door.ts'
import { isSignedRsa2, signedText, signRsa2 } from './keys.ts'
import type { Way } from './order.ts'
import { placeOrder } from './place-order.ts'
import { no, type Refusal, v1Fields } from './said.ts'
import type { Shop } from './shop.ts'

type Params = Readonly<Record<string, string>>

const PAGES = new Map<string, Way>([
  ['alipay.trade.page.pay', 'page'],
  ['alipay.trade.wap.pay', 'wap'],
])

/** The gateway of v1: one address, the call in `method`, its content in `biz_content`, and always a 200. */
export function answerGateway(shop: Shop, request: LabRequest): LabReply {
  const params = readParams(request)
  if (params === undefined) return json({ error_response: v1Fields(DOUBLED) })
  const method = params['method'] ?? ''
  const app = findApp(shop, params['app_id'])
  // Whose keys to sign with is not known, so this one goes out unsigned.
  if ('ok' in app) return json({ [responseName(method)]: v1Fields(app) })
  const content = parseJson(params['biz_content'] ?? '{}')
  const refused = wrongParams(shop, app, params) ?? (content ? undefined : BAD_JSON)
  const ask: Ask = {
    app,
    content: content ?? {},
    notifyUrl: params['notify_url'],
    returnUrl: params['return_url'],
    origin: request.url.origin,
  }
  const way = PAGES.get(method)
  if (way !== undefined) return showCashier(shop, ask, way, refused)
  const call = CALLS.find(({ name }) => name === method)
  const said = refused ?? call?.run(shop, ask) ?? NO_SUCH_METHOD
  return json(signed(shop, app, responseName(method), v1Fields(said)))
}

const NO_SUCH_METHOD = no('40002', 'isv.invalid-method', '不存在的方法名')
const DOUBLED = no('40002', 'isv.invalid-parameter', '参数重复')

const responseName = (method: string): string =>
  method === '' ? 'error_response' : `${method.replaceAll('.', '_')}_response`

const json = (body: Json | string): LabReply => ({
  status: 200,
  // Not application/json: the real one calls it this.
  headers: { 'content-type': 'text/html;charset=utf-8' },
  body: typeof body === 'string' ? body : JSON.stringify(body),
})

/** What is signed is the text of the inner object as it goes out, so it is written once and never again. */
function signed(shop: Shop, app: App, name: string, fields: Json): string {
  const inner = JSON.stringify(fields)
  const sn = app.mode === 'certificate' ? `"alipay_cert_sn":"${shop.alipay.certificate.sn}",` : ''
  return `{"${name}":${inner},${sn}"sign":"${signRsa2(inner, shop.alipay.keys)}"}`
}

/** From the address and from the form. A name that comes twice would let each reader believe another value. */
function readParams({ url, body, headers }: LabRequest): Params | undefined {
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(headers['content-type'] ?? '')
  const all = [...url.searchParams, ...(isForm ? new URLSearchParams(body.toString()) : [])]
  const params = Object.fromEntries(all)
  return Object.keys(params).length === all.length ? params : undefined
}

function wrongParams(shop: Shop, app: App, params: Params): Refusal | undefined {
  return (
    wrongForm(params) ??
    wrongTime(shop, parseChinaTime(params['timestamp'])) ??
    wrongCertificates(shop, app, params['app_cert_sn'], params['alipay_root_cert_sn']) ??
    (isSignedRsa2(signedText(params), params['sign'] ?? '', app.keys.publicKey)
      ? undefined
      : BAD_SIGNATURE)
  )
}

const REQUIRED: readonly (readonly [name: string, sub: string, text: string])[] = [
  ['method', 'isv.missing-method', '缺少方法名参数'],
  ['sign', 'isv.missing-signature', '缺少签名参数'],
  ['sign_type', 'isv.missing-signature-type', '缺少签名类型参数'],
  ['timestamp', 'isv.missing-timestamp', '缺少时间戳参数'],
  ['version', 'isv.missing-version', '缺少版本参数'],
]

function wrongForm(params: Params): Refusal | undefined {
  const missing = REQUIRED.find(([name]) => !params[name])
  if (missing) return no('40001', missing[1], missing[2])
  if (params['sign_type'] !== 'RSA2')
    return no('40002', 'isv.invalid-signature-type', '无效的签名类型')
  if ((params['charset'] ?? '').toLowerCase() !== 'utf-8')
    return no('40002', 'isv.invalid-charset', '字符集错误')
  if (params['version'] !== '1.0') return no('40002', 'isv.invalid-parameter', '版本错误')
  if ((params['format'] ?? 'json').toLowerCase() !== 'json')
    return no('40002', 'isv.invalid-format', '无效的数据格式')
  return undefined
}

function showCashier(shop: Shop, ask: Ask, way: Way, refused: Refusal | undefined): LabReply {
  const placed = refused ?? placeOrder(shop, ask, way)
  return 'ok' in placed
    ? {
        status: 400,
        headers: { 'content-type': 'text/html;charset=utf-8' },
        body: `<!doctype html><title>${placed.sub}</title><p>${placed.sub}</p>`,
      }
    : { status: 302, headers: { location: cashierAddress(placed) } }
}
