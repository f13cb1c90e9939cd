import { afterAll, beforeAll, expect, test } from 'vitest'
import { signUp } from '../../../test/people.ts'
import { BOOTSTRAP_KEY, openWorld, type TestWorld } from '../../../test/world.ts'
import { signUpHearings } from './sign-up-credits.ts'

let generous: TestWorld
let sparing: TestWorld
beforeAll(async () => {
  // An empty value is none: what is given is what every installation gives unless it says otherwise.
  generous = await openWorld({ env: { TONGBAO_SIGN_UP_CREDITS: '' }, start: true })
  sparing = await openWorld({ start: true })
})
afterAll(() => Promise.all([generous.close(), sparing.close()]))

const look = async (world: TestWorld, path: string, as: string) =>
  (await world.call('GET', `/api/v1/credits/${path}`, { as })).json()
const tellAgain = (world: TestWorld, owner: string, signUpCredits: number) =>
  Promise.all(
    signUpHearings({ ...world, signUpCredits }).map(({ hear, topic }) =>
      hear({ id: '1', at: '', topic, owner, data: {} }),
    ),
  )
const isTold = (world: TestWorld, owner: string) =>
  expect.poll(async () => {
    const { rows } = await world.pool.pg.query(
      `select count(*)::int as count from kernel.outbox
        where owner = $1 and topic = 'identity.signed_up' and relayed_at is null`,
      [owner],
    )
    return rows[0].count
  })

test('C27: who signs up is given 520 once, which do not end and were not bought', async () => {
  const person = await signUp(generous)
  await expect.poll(async () => (await look(generous, 'balance', person.token)).available).toBe(520)
  await tellAgain(generous, person.id, 520)
  // What the installation gives from now on changes nothing for who is there.
  await tellAgain(generous, person.id, 1_000)
  const { items } = await look(generous, 'lots', person.token)
  expect(items).toMatchObject([
    { source: 'signup', granted: 520, remaining: 520, priority: 40, expires_at: null },
  ])
  expect((await look(generous, 'history', person.token)).items).toMatchObject([
    { kind: 'grant', amount: 520, reference: { type: 'sign_up', id: person.id } },
  ])
})

test('C27: who was there before, and whom an app names, is given nothing', async () => {
  const again = await generous.call('POST', '/api/v1/auth/sign-up/email', {
    body: {
      name: 'Twice',
      email: (await signUp(generous)).email,
      password: 'correct horse battery',
    },
  })
  expect(again.json().code).toBe('email_taken')
  const { owner, available } = await look(
    generous,
    'balance?external_id=named-by-an-app',
    BOOTSTRAP_KEY,
  )
  expect({ owner, available }).toEqual({ owner: expect.stringMatching(/^usr_/), available: 0 })
})

test('C27: with 0 nobody is given anything, and no entry says so', async () => {
  const person = await signUp(sparing)
  await isTold(sparing, person.id).toBe(0)
  await tellAgain(sparing, person.id, 0)
  expect((await look(sparing, 'history', person.token)).items).toEqual([])
})

test('C27 C3: a key like those of sign-ups is the house’s own', async () => {
  const person = await signUp(sparing)
  const reply = await sparing.call('POST', '/api/v1/credits/grants', {
    as: BOOTSTRAP_KEY,
    headers: { 'idempotency-key': `signup:${person.id}` },
    body: { owner: person.id, amount: 1, source: 'signup' },
  })
  expect(reply.json().code).toBe('idempotency_key_reserved')
})
