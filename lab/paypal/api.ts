import type { LabReply, LabRequest } from '../kit/provider.ts'
import { type Answer, isMade, type Made, refuse } from './answer.ts'
import type { Merchant } from './merchant.ts'
import type { Once } from './once.ts'
import { type Call, ROUTES } from './routes.ts'
import type { Tokens } from './tokens.ts'

/** A request to the API, as PayPal's own client sends it. */
export async function answerApi(
  merchant: Merchant,
  tokens: Tokens,
  once: Once,
  request: LabRequest,
): Promise<LabReply> {
  if (request.method === 'POST' && request.url.pathname === '/v1/oauth2/token')
    return replyOf(tokens.grant(request))
  const refusal = tokens.refusal(request.headers['authorization'])
  if (refusal) return replyOf(refusal)
  const said = await answerTo(merchant, once, request)
  if (!isMade(said)) return replyOf(said)
  // What is only looked at is always told in full.
  const isFull = request.method === 'GET' || isRepresentation(request.headers['prefer'])
  return replyOf({ status: said.status, body: isFull ? said.full() : said.brief() })
}

const isRepresentation = (prefer: string | undefined): boolean =>
  /(?:^|[,;\s])return=representation(?:$|[,;\s])/.test(prefer ?? '')

async function answerTo(
  merchant: Merchant,
  once: Once,
  { method, url, headers, body }: LabRequest,
): Promise<Answer | Made> {
  const [route, handler] =
    Object.entries(ROUTES).find(([name]) => fits(name, method, url.pathname)) ?? []
  if (route === undefined || handler === undefined) return refuse(404)
  const isJson = (headers['content-type'] ?? '').startsWith('application/json')
  if (method !== 'GET' && body.length > 0 && !isJson) return refuse(415)
  const parsed = bodyOf(body)
  if (parsed === undefined)
    return refuse(400, [
      { issue: 'MALFORMED_REQUEST_JSON', description: 'The request JSON is not well formed.' },
    ])
  const requestId = method === 'POST' ? headers['paypal-request-id'] : undefined
  const at = route
    .slice(method.length + 1)
    .split('/')
    .indexOf(':id')
  const call: Call = {
    id: url.pathname.split('/')[at] ?? '',
    query: url.searchParams,
    body: parsed.body,
    origin: url.origin,
    requestId,
  }
  if (requestId === undefined) return handler(merchant, call)
  const asked = { id: requestId, path: url.pathname, words: canonical(parsed.body) }
  return once(asked, async () => {
    // Work takes a moment, in which the same id may be used a second time.
    await new Promise((resolve) => setImmediate(resolve))
    return handler(merchant, call)
  })
}

function fits(route: string, method: string, path: string): boolean {
  const [wanted = '', pattern = ''] = route.split(' ')
  const [parts, places] = [path.split('/'), pattern.split('/')]
  return (
    wanted === method &&
    parts.length === places.length &&
    places.every((place, i) => place === parts[i] || (place === ':id' && parts[i] !== ''))
  )
}

function bodyOf(bytes: Buffer): { readonly body: unknown } | undefined {
  const text = bytes.toString('utf8')
  if (text.trim() === '') return { body: {} }
  try {
    return { body: JSON.parse(text) }
  } catch {
    return undefined
  }
}

/** The same words in one spelling, in whatever order the fields came. */
const canonical = (body: unknown): string =>
  JSON.stringify(body, (_, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  )

const replyOf = ({ status, body }: Answer): LabReply => ({
  status,
  headers: {
    'content-type': 'application/json',
    ...('debug_id' in body && { 'paypal-debug-id': String(body.debug_id) }),
  },
  ...(status !== 204 && { body: JSON.stringify(body) }),
})
