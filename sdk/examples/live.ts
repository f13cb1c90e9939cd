import { type Tongbao, verifyWebhook } from '../src/index.ts'

export async function listen(
  tongbao: Tongbao,
  signal: AbortSignal,
  refresh: (what: string) => void,
) {
  // readme: listen
  for await (const event of tongbao.events({ signal })) {
    if (event.topic === 'reset') refresh('everything')
    if (event.topic === 'balance.changed') refresh(event.data.asset)
    if (event.topic === 'payment.updated') refresh(event.data.status)
  }
  // end
}

export async function receive(request: Request, secret: string) {
  // readme: receive
  const { id, payload } = await verifyWebhook({
    body: await request.text(),
    headers: request.headers,
    secret,
  })
  // end
  return { id, payload }
}
