import { afterAll, expect, test } from 'vitest'
import { signUp } from '../../../test/people.ts'
import { newApp, openTill } from '../../../test/till.ts'
import { BOOTSTRAP_KEY, openWorld } from '../../../test/world.ts'

const world = await openWorld()
afterAll(() => world.close())
const { post, read, give } = openTill(world)

test('C18: nobody deletes history, whoever asks and in whatever language', async () => {
  const external_id = newApp()
  await give(external_id, 10)
  const { charge_id } = (await post('charge', { external_id, amount: 1 })).body
  const admin = await signUp(world, 'admin')
  const before = await read(`credits/history?external_id=${external_id}`)
  for (const as of [undefined, (await signUp(world)).token, admin.token, BOOTSTRAP_KEY])
    for (const path of ['v1/credits/history', 'credits/history'].flatMap((list) => [
      `${list}/${charge_id}`,
      `${list}/no-such-entry`,
    ])) {
      const reply = await world.call('DELETE', `/api/${path}`, {
        ...(as !== undefined && { as }),
        headers: { 'accept-language': 'zh-CN' },
      })
      expect(reply.statusCode).toBe(403)
      expect(reply.json()).toMatchObject({
        code: 'history_is_forever',
        detail: '流水永久保留，任何记录都不能删除。',
      })
    }
  expect(await read(`credits/history?external_id=${external_id}`)).toEqual(before)
})

test('C11: history shows what was said about a charge: its action and its metadata', async () => {
  const external_id = newApp()
  await give(external_id, 100)
  const metadata = { job: 'j-1', tags: ['a', 'b'], nested: { deep: true, none: null } }
  const said = { action: 'video.generate', description: 'eight seconds', metadata }
  const { charge_id } = (await post('charge', { external_id, ...said })).body
  const { items } = (await read(`credits/history?external_id=${external_id}&kind=charge`)).body
  expect(items).toMatchObject([{ entry_id: charge_id, ...said, amount: -50 }])
  expect(items[0].metadata).toEqual(metadata)
})

test('C3: the document names the key at every call that judges one, and demands it at all but one', async () => {
  const { paths } = (await world.call('GET', '/openapi.json')).json()
  const keyed: string[] = []
  const wanting: string[] = []
  const optional: string[] = []
  for (const [path, operations] of Object.entries<Record<string, Operation>>(paths))
    for (const [method, { parameters = [], description = '' }] of Object.entries(operations)) {
      const header = parameters.find(({ name }) => name === 'Idempotency-Key')
      if (header) keyed.push(`${method} ${path}`)
      if (header && !header.required) optional.push(`${method} ${path}`)
      if (description.includes('`idempotency_key_required`')) wanting.push(`${method} ${path}`)
    }
  expect(keyed).toEqual(wanting)
  // Without a key each order is one of its own, as apps of the older system expect.
  expect(optional).toEqual(['post /api/v1/payments/create'])
  expect(keyed.length).toBeGreaterThanOrEqual(9)
})

interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly required?: boolean }[]
  readonly description?: string
}
