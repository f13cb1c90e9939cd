import { afterAll, beforeAll, expect, test } from 'vitest'
import { trailOf } from '../../../test/people.ts'
import { BOOTSTRAP_KEY, openWorld, type TestWorld } from '../../../test/world.ts'
import { ownerByExternalId } from './resolve-owner.ts'

let world: TestWorld
beforeAll(async () => {
  world = await openWorld({ start: true })
})
afterAll(() => world.close())

const make = (body: object, as = BOOTSTRAP_KEY) =>
  world.call('POST', '/api/v1/api-keys', { as, body: { name: 'shop', ...body } })
const list = (as: string, ip?: string) =>
  world.call('GET', '/api/v1/api-keys', { as, ...(ip && { ip }) })
const revoke = (id: string) => world.call('DELETE', `/api/v1/api-keys/${id}`, { as: BOOTSTRAP_KEY })

test('I5: a key is shown once; what is kept is its hash', async () => {
  const made = (await make({ scopes: ['keys:manage'] })).json()
  expect(made.key).toMatch(/^tb_sk_test_[0-9a-z]{38}$/)
  const listed = await list(made.key)
  expect(listed.statusCode).toBe(200)
  expect(listed.body).not.toContain(made.key)
  const { rows } = await world.pool.pg.query('select * from identity.api_keys')
  expect(JSON.stringify(rows)).not.toContain(made.key.slice(20))
  expect(world.logged()).not.toContain(made.key)
})

test('I3: a key opens the doors whose scope it holds and no other', async () => {
  const { key } = (await make({ scopes: ['jobs:read'] })).json()
  expect((await world.call('GET', '/api/v1/admin/jobs', { as: key })).statusCode).toBe(200)
  expect((await list(key)).json()).toMatchObject({ code: 'forbidden', scope: 'keys:manage' })
  expect((await world.call('GET', '/api/v1/sessions/me', { as: key })).statusCode).toBe(403)
})

test('I4: a revoked key opens nothing, on the node that had it in memory and on the other one', async () => {
  const { key, id } = (await make({ scopes: ['keys:manage'] })).json()
  const other = await openOtherNode()
  const onOther = () =>
    other.http.inject({
      method: 'GET',
      url: '/api/v1/api-keys',
      headers: { authorization: `Bearer ${key}` },
    })
  expect((await list(key)).statusCode).toBe(200)
  expect((await onOther()).statusCode).toBe(200)
  expect((await revoke(id)).json().revoked_at).not.toBeNull()
  await expect.poll(async () => (await list(key)).statusCode).toBe(401)
  await expect.poll(async () => (await onOther()).statusCode).toBe(401)
  const first = (await revoke(id)).json().revoked_at
  expect((await revoke(id)).json().revoked_at).toBe(first)
  await other.stop()
})

test('I4: a key that has expired by the clock of the house opens nothing', async () => {
  const expires_at = new Date(world.clock.now() + 3_600_000).toISOString()
  const { key } = (await make({ scopes: ['keys:manage'], expires_at })).json()
  expect((await list(key)).statusCode).toBe(200)
  world.clock.shift(world.clock.shiftMs + 3_600_001)
  expect((await list(key)).statusCode).toBe(401)
  world.clock.shift(0)
})

test('I4: a key with addresses opens from those alone', async () => {
  const allow_list = ['192.0.2.1/24', '2001:db8::1/32', '198.51.100.7']
  const { key } = (await make({ scopes: ['keys:manage'], allow_list })).json()
  for (const ip of ['192.0.2.9', '2001:db8::1', '198.51.100.7', '::ffff:192.0.2.1'])
    expect((await list(key, ip)).statusCode, ip).toBe(200)
  for (const ip of ['192.0.3.1', '198.51.100.8', '2001:db9::1', '127.0.0.1'])
    expect((await list(key, ip)).statusCode, ip).toBe(401)
})

test.each([
  [{ allow_list: ['10.0.0.0/33'] }, 422, 'range_invalid'],
  [{ allow_list: ['office'] }, 422, 'range_invalid'],
  [{ allow_list: ['fe80::1%eth0'] }, 422, 'range_invalid'],
  [{ allow_list: ['1.2.3.4/00'] }, 422, 'range_invalid'],
  [{ expires_at: '2030-12-31T23:59:60Z' }, 400, 'invalid_request'],
  [{ expires_at: '9999-12-31T23:59:59-12:00' }, 422, 'expiry_past'],
  [{ expires_at: '2001-01-01T00:00:00Z' }, 422, 'expiry_past'],
  [{ kind: 'publishable', scopes: ['jobs:read'] }, 422, 'key_fields_clash'],
  [{ scopes: ['no:such'] }, 400, 'invalid_request'],
  [{ spend_cap: { amount: 0, every: 'day' } }, 400, 'invalid_request'],
  [{ name: '' }, 400, 'invalid_request'],
])('I4: a key that makes no sense is refused: %j', async (body, status, code) => {
  const reply = await make(body)
  expect([reply.statusCode, reply.json().code]).toEqual([status, code])
})

test('I6: a key cannot make a key that may more than itself', async () => {
  const { key } = (await make({ scopes: ['keys:manage'] })).json()
  expect((await make({ scopes: ['people:roles'] }, key)).json()).toMatchObject({
    code: 'scope_not_held',
    scope: 'people:roles',
  })
  expect((await make({ scopes: ['keys:manage'] }, key)).statusCode).toBe(201)
})

test('I4: text that is no key, or a key with one letter changed, opens nothing', async () => {
  const { key } = (await make({ scopes: ['keys:manage'] })).json()
  const bent = key.slice(0, -1) + (key.endsWith('0') ? '1' : '0')
  for (const as of [bent, 'tb_sk_test_', 'nonsense', '', 'a'.repeat(5_000)])
    expect((await list(as)).statusCode, as.slice(0, 40)).toBe(401)
})

test('I4: making and revoking a key leave their audit lines', async () => {
  const { id } = (await make({})).json()
  await revoke(id)
  expect((await trailOf(world, id)).map(({ action }) => action)).toEqual([
    'identity.key_created',
    'identity.key_revoked',
  ])
})

test('I3: the list of keys has neither gaps nor repeats across pages', async () => {
  for (let i = 0; i < 5; i++) await make({ name: `paged ${i}` })
  const seen: string[] = []
  let cursor: string | null = null
  do {
    const query: string = cursor === null ? '' : `&cursor=${cursor}`
    const page = await world.call('GET', `/api/v1/api-keys?limit=2${query}`, { as: BOOTSTRAP_KEY })
    seen.push(...page.json().items.map(({ id }: { id: string }) => id))
    cursor = page.json().next_cursor
  } while (cursor !== null)
  const { rows } = await world.pool.pg.query('select id from identity.api_keys')
  expect([...new Set(seen)].sort()).toEqual(rows.map(({ id }) => id).sort())
  expect(seen).toHaveLength(rows.length)
  const bent = await world.call('GET', '/api/v1/api-keys?cursor=bm9uc2Vuc2U', { as: BOOTSTRAP_KEY })
  expect([bent.statusCode, bent.json().code]).toEqual([400, 'cursor_invalid'])
})

test('I7: an external id has one owner, however many ask at once', async () => {
  const owners = await Promise.all(
    Array.from({ length: 20 }, () => ownerByExternalId(world, 'user-42')),
  )
  expect(new Set(owners).size).toBe(1)
  expect(await ownerByExternalId(world, 'user-43')).not.toBe(owners[0])
})

const openOtherNode = () => world.anotherNode()

test('I3: a cursor that holds a day no calendar has is refused', async () => {
  const cursor = Buffer.from('2026-02-30T00:00:00.000Z|key_0').toString('base64url')
  const reply = await world.call('GET', `/api/v1/api-keys?cursor=${cursor}`, { as: BOOTSTRAP_KEY })
  expect([reply.statusCode, reply.json().code]).toEqual([400, 'cursor_invalid'])
})
