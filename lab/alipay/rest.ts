import { randomBytes, randomUUID } from 'node:crypto'
import type { Json, LabReply, LabRequest } from '../kit/provider.ts'
import type { App } from './app.ts'
import { textOf } from './ask.ts'
import { CALLS } from './calls.ts'
import {
  BAD_JSON,
  BAD_SIGNATURE,
  findApp,
  isNewNonce,
  parseJson,
  wrongCertificates,
  wrongTime,
} from './door.ts'
import { isSignedRsa2, signRsa2 } from './keys.ts'
import { no, type Refusal, type Said, v3Answer } from './said.ts'
import type { Shop } from './shop.ts'

const SCHEME = 'ALIPAY-SHA256withRSA '

/** The gateway of v3: an address for each call, JSON in and out, the signature in a header, the outcome in the status. */
export function answerRest(shop: Shop, request: LabRequest): LabReply {
  const authorization = readAuthorization(request.headers['authorization'])
  if (authorization === undefined)
    return unsigned(no('40001', 'isv.missing-timestamp', '缺少时间戳参数'))
  const app = findApp(shop, authorization.pairs['app_id'])
  if ('ok' in app) return unsigned(app)
  const refused = wrongRequest(shop, app, request, authorization)
  return signed(shop, app, refused ?? run(shop, app, request))
}

function run(shop: Shop, app: App, request: LabRequest): Said {
  const name = request.url.pathname.slice('/v3/'.length).replaceAll('/', '.')
  const call = CALLS.find((each) => each.name === name)
  if (!call) return no('40002', 'isv.invalid-method', '不存在的方法名')
  if (call.method !== request.method)
    return no('40002', 'isv.invalid-http-method', '不支持的HTTP方法')
  const content = call.method === 'GET' ? queryOf(request.url) : bodyOf(request)
  if (content === undefined) return BAD_JSON
  return call.run(shop, {
    app,
    content,
    notifyUrl: textOf(content, 'notify_url'),
    returnUrl: undefined,
    origin: request.url.origin,
  })
}

const queryOf = (url: URL): Json => Object.fromEntries(url.searchParams)

const bodyOf = ({ headers, body }: LabRequest): Json | undefined =>
  /^application\/json\b/i.test(headers['content-type'] ?? '')
    ? parseJson(body.toString())
    : undefined

interface Authorization {
  /** As it was signed: everything up to the signature. */
  readonly text: string
  readonly pairs: Readonly<Record<string, string>>
  readonly sign: string
}

function readAuthorization(unchecked: string | undefined): Authorization | undefined {
  if (!unchecked?.startsWith(SCHEME)) return undefined
  const [, text, sign] = /^(.*),sign=([0-9A-Za-z+/=]+)$/.exec(unchecked.slice(SCHEME.length)) ?? []
  if (text === undefined || sign === undefined) return undefined
  const pairs = text.split(',').map((pair) => {
    const at = pair.indexOf('=')
    return [pair.slice(0, at), pair.slice(at + 1)] as const
  })
  return { text, sign, pairs: Object.fromEntries(pairs) }
}

function wrongRequest(
  shop: Shop,
  app: App,
  { method, url, headers, body }: LabRequest,
  { text, pairs, sign }: Authorization,
): Refusal | undefined {
  const { timestamp = '', nonce } = pairs
  const time = /^\d{13}$/.test(timestamp) ? Number(timestamp) : undefined
  const token = headers['alipay-app-auth-token']
  const parts = [text, method, url.pathname + url.search, body.toString()]
  const signedText = [...parts, ...(token === undefined ? [] : [token])].join('\n')
  return (
    wrongTime(shop, time) ??
    wrongCertificates(shop, app, pairs['app_cert_sn'], headers['alipay-root-cert-sn']) ??
    (isSignedRsa2(`${signedText}\n`, sign, app.keys.publicKey) ? undefined : BAD_SIGNATURE) ??
    // Asked last: what anybody can make up must not use up the nonce of somebody else.
    (nonce && isNewNonce(shop, nonce)
      ? undefined
      : no('40002', 'isv.invalid-nonce', '随机串缺失或重复'))
  )
}

const unsigned = (refusal: Refusal): LabReply => {
  const { status, fields } = v3Answer(refusal)
  return { status, headers: plainHeaders(), body: JSON.stringify(fields) }
}

function signed(shop: Shop, app: App, said: Said): LabReply {
  const { status, fields } = v3Answer(said)
  const body = JSON.stringify(fields)
  const timestamp = String(shop.kit.now())
  const nonce = randomUUID()
  return {
    status,
    headers: {
      ...plainHeaders(),
      'alipay-timestamp': timestamp,
      'alipay-nonce': nonce,
      'alipay-signature': signRsa2(`${timestamp}\n${nonce}\n${body}\n`, shop.alipay.keys),
      ...(app.mode === 'certificate' && { 'alipay-sn': shop.alipay.certificate.sn }),
    },
    body,
  }
}

const plainHeaders = () => ({
  'content-type': 'application/json;charset=utf-8',
  'alipay-trace-id': randomBytes(16).toString('hex'),
})
