import { afterAll, beforeAll, expect, test } from 'vitest'
import { signUp, type TestPerson, trailOf } from '../../../test/people.ts'
import { totp } from '../../../test/totp.ts'
import { openWorld, PASSWORD, type TestWorld } from '../../../test/world.ts'

let world: TestWorld
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())

const factor = (path: string, body: object, as?: string) =>
  world.call('POST', `/api/v1/auth/two-factor/${path}`, { body, ...(as && { as }) })
const left = (as: string) => world.call('GET', '/api/v1/auth/two-factor/backup-codes', { as })

const guarded = async (): Promise<TestPerson & { readonly codes: readonly string[] }> => {
  const person = await signUp(world)
  const begun = (await factor('enable', { password: PASSWORD }, person.token)).json()
  const confirmed = await factor('verify', { code: totp(begun.totp_uri) }, person.token)
  return { ...person, token: confirmed.json().token, codes: begun.backup_codes }
}
const signInBy = async (email: string, code = '') => {
  const body = { email, password: PASSWORD }
  const { challenge } = (await world.call('POST', '/api/v1/auth/sign-in/email', { body })).json()
  return factor('verify', { code, kind: 'backup', challenge })
}

test('I14: who guards an account sees how many backup codes are left, and one fewer after each', async () => {
  const { email, token, codes } = await guarded()
  expect((await left(token)).json()).toEqual({ left: 10 })
  expect((await signInBy(email, codes[0])).statusCode).toBe(200)
  expect((await left(token)).json()).toEqual({ left: 9 })
})

test('I14: new backup codes replace all the others, and the trail says who made them', async () => {
  const { id, email, token, codes } = await guarded()
  await signInBy(email, codes[0])
  const fresh = (await factor('backup-codes', { password: PASSWORD }, token)).json().backup_codes
  expect(new Set([...fresh, ...codes]).size).toBe(20)
  expect((await left(token)).json()).toEqual({ left: 10 })
  expect((await signInBy(email, codes[1])).json().code).toBe('wrong_code')
  expect((await signInBy(email, fresh[0])).statusCode).toBe(200)
  const lines = await trailOf(world, id)
  expect(lines.filter(({ action }) => action === 'identity.backup_codes_renewed')).toMatchObject([
    { actor_id: id, result: 'done' },
  ])
})

test.each(['backup-codes', 'disable'])(
  'I14: without the password an open session changes nothing of the second factor: %s',
  async (path) => {
    const { id, token } = await guarded()
    for (const body of [{}, { password: 'not my password' }]) {
      const reply = await factor(path, body, token)
      expect([reply.statusCode, reply.json().code]).toEqual([403, 'wrong_password'])
    }
    expect((await left(token)).json()).toEqual({ left: 10 })
    expect((await trailOf(world, id)).filter(({ result }) => result === 'refused')).toHaveLength(2)
  },
)

test('I14: where the second factor is off there are no backup codes to count or to make', async () => {
  const { token } = await signUp(world)
  const asked = [await left(token), await factor('backup-codes', { password: PASSWORD }, token)]
  for (const reply of asked)
    expect([reply.statusCode, reply.json().code]).toEqual([409, 'second_factor_off'])
})
