import { expect, test } from 'vitest'
import { openCounter } from '../counter.ts'
import { signature, somebody } from '../shopper.ts'

test('T27 PY1: the same message fifty times at once through four nodes gives once, without a 5xx', async () => {
  const counter = await openCounter()
  const { world, buy, saidOf, balance, factsOf, eventsOf } = counter
  const others = await Promise.all([1, 2, 3].map(() => world.anotherNode()))
  try {
    const external_id = somebody()
    const payment = await buy({ external_id })
    const bytes = JSON.stringify(saidOf(payment))
    const nodes = [world, ...others]
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, nth) =>
        nodes[nth % nodes.length]?.http.inject({
          method: 'POST',
          url: '/api/v1/hooks/sandbox/main',
          headers: { 'content-type': 'application/json', 'x-sandbox-signature': signature(bytes) },
          payload: bytes,
        }),
      ),
    )
    expect(new Set(answers.map((answer) => answer?.statusCode))).toEqual(new Set([204]))
    // All nodes work it off at once.
    await Promise.all(nodes.map((node) => node.payments.janitor.turn()))
    await expect.poll(() => balance(external_id)).toBe('600 0 0')
    expect(await factsOf(payment)).toMatchObject([{ disposition: 'kept' }])
    await expect.poll(() => eventsOf(payment)).toMatchObject([{ state: 'done' }])
  } finally {
    for (const other of others) await other.stop()
    await counter.close()
  }
})
