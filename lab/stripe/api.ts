import type { LabReply, LabRequest } from '../kit/provider.ts'
import { type Answer, fail, invalid, isFault, refuse } from './answer.ts'
import { find, newId } from './books.ts'
import { knock } from './door.ts'
import { expanded } from './expand.ts'
import { canonical, type Form } from './form.ts'
import type { Keys, Once } from './idempotency.ts'
import { API_VERSION, type Merchant } from './merchant.ts'
import { readParams } from './params.ts'
import { ROUTES } from './routes.ts'

/** A request to the API, as Stripe's own client sends it. */
export async function answerApi(
  merchant: Merchant,
  once: Keys,
  request: LabRequest,
): Promise<LabReply> {
  const requestId = newId('req_', 14)
  const key = request.method === 'POST' ? request.headers['idempotency-key'] : undefined
  const said = await answerTo(merchant, once, request, requestId, key)
  return {
    status: said.answer.status,
    headers: {
      'content-type': 'application/json',
      'request-id': requestId,
      'stripe-version': API_VERSION,
      ...(key !== undefined && { 'idempotency-key': key }),
      ...(said.replayed !== undefined && {
        'idempotent-replayed': 'true',
        'original-request': said.replayed,
      }),
    },
    body: JSON.stringify(said.answer.body, undefined, 2),
  }
}

async function answerTo(
  merchant: Merchant,
  once: Keys,
  request: LabRequest,
  requestId: string,
  key: string | undefined,
): Promise<Once> {
  const path = request.url.pathname
  const opened = knock(request, merchant.secretKey)
  if ('type' in opened) return { answer: refuse(opened) }
  const { form } = opened
  const acting: Merchant = {
    ...merchant,
    by: { id: requestId, idempotency_key: key ?? null },
    origin: request.url.origin,
  }
  const work = () => answerFor(acting, request.method, path, form)
  if (key === undefined) return { answer: work() }
  const keyed = { key, path, words: canonical(form), requestId }
  return once(keyed, async () => {
    // Work takes a moment, in which the same key may be used a second time.
    await new Promise((resolve) => setImmediate(resolve))
    return work()
  })
}

function answerFor(merchant: Merchant, method: string, path: string, form: Form): Answer {
  const parts = path.split('/')
  const [name, handler] = Object.entries(ROUTES).find(([route]) => fits(route, method, parts)) ?? []
  if (name === undefined || handler === undefined)
    return refuse(invalid(`Unrecognized request URL (${method}: ${path}).`, { status: 404 }))
  const at = name
    .slice(method.length + 1)
    .split('/')
    .indexOf(':id')
  const params = readParams(form)
  const answer = handler(merchant, params, parts[at] ?? '')
  const paths = params.texts('expand')
  if (paths === undefined || answer.status !== 200) return answer
  const body = expanded(answer.body, paths, (id) => find(merchant.books, id))
  // The work is done by now, and is not done again for whoever asks better.
  return isFault(body) ? fail(body) : { ...answer, body }
}

function fits(route: string, method: string, parts: readonly string[]): boolean {
  const [wanted = '', path = ''] = route.split(' ')
  const pattern = path.split('/')
  return (
    wanted === method &&
    pattern.length === parts.length &&
    pattern.every(
      (part, i) => part === parts[i] || (part === ':id' && /^\w+$/.test(parts[i] ?? '')),
    )
  )
}
