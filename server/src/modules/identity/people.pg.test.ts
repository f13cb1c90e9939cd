import { afterAll, beforeAll, expect, test } from 'vitest'
import { trailOf } from '../../../test/people.ts'
import { BOOTSTRAP_KEY, openWorld, type TestWorld } from '../../../test/world.ts'

let world: TestWorld
let admin: Person
beforeAll(async () => {
  world = await openWorld()
  admin = await personWith('admin')
})
afterAll(() => world.close())

interface Person {
  readonly id: string
  readonly token: string
  readonly email: string
}
const PASSWORD = 'correct horse battery'
let people = 0

const personWith = async (role: string): Promise<Person> => {
  const email = `${role}${++people}@example.com`
  const body = { name: `The ${role}`, email, password: PASSWORD }
  const { token, person } = (
    await world.call('POST', '/api/v1/auth/sign-up/email', { body })
  ).json()
  if (role !== 'user') await setRoles(person.id, [role], BOOTSTRAP_KEY)
  return { id: person.id, token, email }
}
const setRoles = (id: string, roles: string[], as: string) =>
  world.call('PUT', `/api/v1/admin/users/${id}/roles`, {
    as,
    body: { roles, reason: 'other work' },
  })
const ban = (id: string, as: string) =>
  world.call('POST', `/api/v1/admin/users/${id}/ban`, { as, body: { reason: 'fraud' } })

test('I3: a new role opens its doors at once, and a lost one closes them', async () => {
  const person = await personWith('user')
  const jobs = () => world.call('GET', '/api/v1/admin/jobs', { as: person.token })
  expect((await jobs()).statusCode).toBe(403)
  expect((await setRoles(person.id, ['user', 'operator'], admin.token)).json().roles).toEqual([
    'operator',
    'user',
  ])
  expect((await jobs()).statusCode).toBe(200)
  await setRoles(person.id, ['user'], admin.token)
  expect((await jobs()).statusCode).toBe(403)
})

test('I6: who changes roles says why, and the trail keeps it', async () => {
  const { id } = await personWith('user')
  const without = await world.call('PUT', `/api/v1/admin/users/${id}/roles`, {
    as: admin.token,
    body: { roles: ['support'] },
  })
  expect([without.statusCode, without.json().code]).toEqual([400, 'invalid_request'])
  await setRoles(id, ['support'], admin.token)
  const changes = (await trailOf(world, id)).filter(({ action }) =>
    action.endsWith('roles_changed'),
  )
  expect(changes).toMatchObject([{ actor_id: admin.id, reason: 'other work' }])
})

test('I6: nobody changes their own roles', async () => {
  const reply = await setRoles(admin.id, ['admin', 'finance'], admin.token)
  expect([reply.statusCode, reply.json().code]).toEqual([409, 'own_account'])
})

test('I6: two admins who demote each other at the same moment leave one', async () => {
  const other = await personWith('admin')
  const third = await personWith('admin')
  await setRoles(third.id, ['user'], admin.token)
  const replies = await Promise.all([
    setRoles(other.id, ['user'], admin.token),
    setRoles(admin.id, ['user'], other.token),
  ])
  const { rows } = await world.pool.pg.query(
    `select id from identity.people where 'admin' = any(roles)`,
  )
  expect(rows.length).toBeGreaterThan(0)
  expect(replies.filter((reply) => reply.statusCode === 200).length).toBeLessThanOrEqual(2)
  await setRoles(admin.id, ['admin'], BOOTSTRAP_KEY)
  await setRoles(other.id, ['user'], BOOTSTRAP_KEY)
})

test('I6: the last admin can be neither demoted nor banned', async () => {
  for (const reply of [
    await setRoles(admin.id, ['user'], BOOTSTRAP_KEY),
    await ban(admin.id, BOOTSTRAP_KEY),
  ])
    expect([reply.statusCode, reply.json().code]).toEqual([409, 'last_admin'])
})

test('I2: a banned person is out at once and cannot sign in; unbanned, they can', async () => {
  const person = await personWith('user')
  const signIn = () =>
    world.call('POST', '/api/v1/auth/sign-in/email', {
      body: { email: person.email, password: PASSWORD },
    })
  expect((await ban(person.id, admin.token)).json().ban_reason).toBe('fraud')
  const left = await world.pool.pg.query('select 1 from identity.sessions where person_id = $1', [
    person.id,
  ])
  expect(left.rows).toEqual([])
  expect((await world.call('GET', '/api/v1/sessions/me', { as: person.token })).statusCode).toBe(
    401,
  )
  expect((await signIn()).json().code).toBe('banned')
  await world.call('POST', `/api/v1/admin/users/${person.id}/unban`, { as: admin.token })
  expect((await signIn()).statusCode).toBe(200)
})

test('I1: every change to somebody leaves its audit line with who did it', async () => {
  const person = await personWith('user')
  await setRoles(person.id, ['support'], admin.token)
  await ban(person.id, admin.token)
  const lines = (await trailOf(world, person.id)).filter(({ actor_id }) => actor_id === admin.id)
  expect(lines).toMatchObject([
    { action: 'identity.roles_changed', reason: 'other work', result: 'done' },
    { action: 'identity.banned', reason: 'fraud', result: 'done' },
  ])
})

test('I3: people are found by address, name and role, page by page, without gaps or repeats', async () => {
  for (let i = 0; i < 5; i++) await personWith('user')
  const get = async (query: string) =>
    (await world.call('GET', `/api/v1/admin/users?${query}`, { as: admin.token })).json()
  expect((await get(`search=${admin.email}`)).items.map((p: Person) => p.id)).toEqual([admin.id])
  expect((await get('role=admin')).items.map((p: Person) => p.id)).toEqual([admin.id])
  expect((await get('search=%25')).items).toEqual([])
  const seen: string[] = []
  let cursor = ''
  do {
    const page = await get(`limit=3${cursor && `&cursor=${cursor}`}`)
    seen.push(...page.items.map((p: Person) => p.id))
    cursor = page.next_cursor ?? ''
  } while (cursor)
  const { rows } = await world.pool.pg.query('select id from identity.people')
  expect(seen).toHaveLength(rows.length)
  expect(new Set(seen).size).toBe(rows.length)
})

test('I3: somebody who does not exist is not found, and their door says nothing else', async () => {
  for (const [method, path, body] of [
    ['GET', '', undefined],
    ['PUT', '/roles', { roles: ['user'], reason: 'x' }],
    ['POST', '/ban', { reason: 'x' }],
  ] as const) {
    const reply = await world.call(method, `/api/v1/admin/users/usr_nobody${path}`, {
      as: admin.token,
      ...(body && { body }),
    })
    expect([reply.statusCode, reply.json().code]).toEqual([404, 'person_unknown'])
  }
})

test('I8: in production staff without a second factor open no staff door, others are not asked', async () => {
  const strict = await world.anotherNode({
    TONGBAO_MODE: 'production',
    TONGBAO_BOOTSTRAP_KEY: '',
    TONGBAO_SECRET: 'x'.repeat(40),
    TONGBAO_PUBLIC_URL: 'http://localhost:7300',
    TONGBAO_SMTP_URL: 'smtp://127.0.0.1:9',
  })
  const get = (url: string, token: string) =>
    strict.http.inject({ method: 'GET', url, headers: { authorization: `Bearer ${token}` } })
  const reply = await get('/api/v1/admin/jobs', admin.token)
  expect([reply.statusCode, reply.json().code]).toEqual([403, 'second_factor_needed'])
  expect((await get('/api/v1/sessions/me', admin.token)).json().scopes).toEqual([])
  await world.pool.pg.query('update identity.people set two_factor_enabled = true where id = $1', [
    admin.id,
  ])
  expect((await get('/api/v1/admin/jobs', admin.token)).statusCode).toBe(200)
  await strict.stop()
})

test('I6: nobody lifts somebody above themselves, nor pulls down who stands there', async () => {
  const operator = await personWith('operator')
  const user = await personWith('user')
  const { key } = (
    await world.call('POST', '/api/v1/api-keys', {
      as: BOOTSTRAP_KEY,
      body: { name: 'roles', scopes: ['people:roles'] },
    })
  ).json()
  for (const reply of [
    await ban(admin.id, operator.token),
    await setRoles(user.id, ['admin'], key),
  ])
    expect([reply.statusCode, reply.json().code]).toEqual([403, 'scope_not_held'])
})
