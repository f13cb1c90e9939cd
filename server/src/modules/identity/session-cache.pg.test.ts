import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { signUp } from '../../../test/people.ts'
import { BOOTSTRAP_KEY, openWorld, type TestWorld } from '../../../test/world.ts'

let world: TestWorld
let judge: pg.Client
beforeAll(async () => {
  world = await openWorld({ start: true })
  judge = new pg.Client({ connectionString: world.url })
  await judge.connect()
})
afterAll(async () => {
  await judge.end()
  await world.close()
})

const statusOf = async (token: string): Promise<number> =>
  (await world.call('GET', '/api/v1/sessions/me', { as: token })).statusCode

/** Somebody whose session this node has met twice, so that it is remembered. */
async function known(): Promise<{ readonly id: string; readonly token: string }> {
  const person = await signUp(world)
  expect([await statusOf(person.token), await statusOf(person.token)]).toEqual([200, 200])
  return person
}

test('I13: a session that was ended on another node opens nothing on the one that had met it', async () => {
  const { token } = await known()
  const other = await world.anotherNode()
  try {
    const headers = { authorization: `Bearer ${token}` }
    const out = await other.http.inject({ method: 'POST', url: '/api/v1/auth/sign-out', headers })
    expect(out.statusCode).toBe(204)
    expect(await statusOf(token)).toBe(401)
    const again = await known()
    const ban = `/api/v1/admin/users/${again.id}/ban`
    const as = { authorization: `Bearer ${BOOTSTRAP_KEY}` }
    const body = { reason: 'a test of sessions' }
    const banned = await other.http.inject({ method: 'POST', url: ban, headers: as, body })
    expect(banned.statusCode).toBe(200)
    expect(await statusOf(again.token)).toBe(401)
  } finally {
    await other.stop()
  }
})

test('I13: a session that has run out opens nothing, however often it was met', async () => {
  const { id, token } = await known()
  await judge.query(
    `update identity.sessions set expires_at = clock_timestamp() - interval '1 second' where person_id = $1`,
    [id],
  )
  expect(await statusOf(token)).toBe(401)
  expect(await statusOf(token)).toBe(401)
})

test('I13: a session in use goes on, and that is written down once a day', async () => {
  const { id, token } = await known()
  const lifeOf = async (): Promise<number> => {
    const { rows } = await judge.query<{ days: string }>(
      `select extract(epoch from expires_at - clock_timestamp()) / 86400 as days
         from identity.sessions where person_id = $1`,
      [id],
    )
    return Math.round(Number(rows[0]?.days))
  }
  const age = (days: number) =>
    judge.query(
      `update identity.sessions set expires_at = clock_timestamp() + $2::interval where person_id = $1`,
      [id, `${days} days`],
    )
  await age(29.6)
  expect([await statusOf(token), await lifeOf()]).toEqual([200, 30])
  await age(3)
  expect([await statusOf(token), await lifeOf()]).toEqual([200, 30])
})

test('I13: what is remembered of one header opens nothing to another', async () => {
  const { token } = await known()
  const [bare = ''] = token.split('.')
  for (const forged of [bare, `${bare}.`, `${token}x`, `${bare}.${'A'.repeat(43)}=`])
    expect(await statusOf(forged)).toBe(401)
  expect(await statusOf(token)).toBe(200)
})
