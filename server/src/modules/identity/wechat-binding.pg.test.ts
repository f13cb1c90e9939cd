import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { trailOf } from '../../../test/people.ts'
import {
  type Browser,
  newScanner,
  openBrowser,
  problemIn,
  type Scanner,
  type WechatStandIn,
  wechatEnv,
  wechatStandIn,
} from '../../../test/wechat.ts'
import { BOOTSTRAP_KEY, openWorld, type TestWorld } from '../../../test/world.ts'

const APP = 'wx1111111111111111'
const PASSWORD = 'correct horse battery'

let wechat: WechatStandIn
let world: TestWorld
beforeAll(async () => {
  wechat = await wechatStandIn()
  world = await openWorld({ env: wechatEnv(wechat, APP) })
})
afterAll(async () => {
  await world.close()
  await wechat.close()
})

let made = 0
/** Somebody who signed up with an e-mail, in a browser of their own. */
const signUp = async () => {
  made += 1
  const from = openBrowser(() => world.http)
  const email = `binder${made}@example.com`
  const reply = await from.post('sign-up/email', { name: 'Ada', email, password: PASSWORD })
  return { from, email, id: reply.json().person.id as string }
}
const signIn = async (who: Scanner, from = openBrowser(() => world.http)) => {
  const reply = await from.get(wechat.scan(await from.start(), who))
  return { reply, from, id: (await from.me())?.id ?? '' }
}
const beginBinding = (from: Browser, password = PASSWORD) =>
  from.post('wechat/bind', { password, return_to: '/account' })
const bind = async (from: Browser, who: Scanner) =>
  from.get(wechat.scan((await beginBinding(from)).json().url, who))
const unbind = (from: Browser, password = PASSWORD) => from.post('wechat/unbind', { password })
const isBound = async (from: Browser) =>
  (await from.get('/api/v1/auth/wechat')).json().bound_since !== null
/** Keeps the row of somebody, so that sessions and keys of theirs wait to be written. */
const holdPerson = async (id: string) => {
  const judge = new pg.Client({ connectionString: world.url })
  await judge.connect()
  await judge.query('begin')
  await judge.query('select from identity.people where id = $1 for update', [id])
  return async () => {
    await judge.query('commit')
    await judge.end()
  }
}
const waiting = async (): Promise<number> => {
  const { rows } = await world.pool.pg.query(`
    select count(distinct l.pid)::int as n
      from pg_catalog.pg_locks l join pg_catalog.pg_stat_activity a on a.pid = l.pid
     where not l.granted and a.datname = current_database()`)
  return rows[0].n
}
const sessionsOf = async (id: string) =>
  (await world.pool.pg.query('select 1 from identity.sessions where person_id = $1', [id])).rowCount

test('I12: who is signed in and says the password binds WeChat, and then comes in by it', async () => {
  const { from, id } = await signUp()
  const who = newScanner()
  expect(await isBound(from)).toBe(false)
  const wrong = await beginBinding(from, 'not the password')
  expect([wrong.statusCode, wrong.json().code]).toEqual([403, 'wrong_password'])
  const back = await bind(from, who)
  expect(back.headers.location).toBe('http://localhost:7300/account')
  expect(String(back.headers['set-cookie'])).not.toContain('session_token')
  expect(await isBound(from)).toBe(true)
  expect((await signIn(who)).id).toBe(id)
  expect(await trailOf(world, id)).toMatchObject([
    { action: 'identity.signed_up', result: 'done' },
    { action: 'identity.wechat_binding_begun', result: 'refused' },
    { action: 'identity.wechat_binding_begun', result: 'done' },
    { action: 'identity.wechat_bound', result: 'done' },
    { action: 'identity.signed_in', result: 'done' },
  ])
})

test('I12: a binding is finished for whom it was begun, signed in still, or not at all', async () => {
  const [ada, eve] = [await signUp(), await signUp()]
  const who = newScanner()
  const callback = wechat.scan((await beginBinding(ada.from)).json().url, who)
  // Eve has taken the seat meanwhile.
  await ada.from.post('sign-in/email', { email: eve.email, password: PASSWORD })
  expect(problemIn(await ada.from.get(callback))).toBe('wechat_other_person')

  const bob = await signUp()
  const left = wechat.scan((await beginBinding(bob.from)).json().url, who)
  await bob.from.post('sign-out')
  expect(problemIn(await bob.from.get(left))).toBe('wechat_other_person')
  expect(await bob.from.me()).toBeUndefined()

  // An attempt to bind is worth nothing in another browser either, and a sign-in binds nothing.
  const cid = await signUp()
  const foreign = wechat.scan((await beginBinding(cid.from)).json().url, who)
  expect(problemIn(await eve.from.get(foreign))).toBe('wechat_expired')
  await signIn(who, eve.from)
  expect([await isBound(cid.from), (await eve.from.me())?.id === eve.id]).toEqual([false, false])
  for (const { id } of [ada, eve, bob, cid]) expect((await signIn(who)).id).not.toBe(id)
})

test('I12: a WeChat has one account, and an account one WeChat', async () => {
  const who = newScanner()
  const owner = await signIn(who)
  const { from, id } = await signUp()
  expect(problemIn(await bind(from, who))).toBe('wechat_taken')
  expect(await isBound(from)).toBe(false)
  expect((await trailOf(world, id)).at(-1)).toMatchObject({
    ...{ action: 'identity.wechat_bound', result: 'refused', reason: 'wechat_taken' },
  })
  expect((await signIn(who)).id).toBe(owner.id)

  await bind(from, newScanner())
  const again = await beginBinding(from)
  expect([again.statusCode, again.json().code]).toEqual([409, 'wechat_bound'])
})

test('I12: two WeChats that one account binds at once leave one; one that two accounts bind, too', async () => {
  const { from, id } = await signUp()
  const [one, two] = [await beginBinding(from), await beginBinding(from)]
  const cookies = [one, two].map((reply) => String(reply.headers['set-cookie']).split(/[=;]/)[1])
  const session = from.jar.get('tongbao.session_token') ?? ''
  const tabs = cookies.map((cookie = '') => {
    const tab = openBrowser(() => world.http)
    tab.jar.set('tongbao.session_token', session).set('tongbao.wechat', cookie)
    return tab
  })
  const release = await holdPerson(id)
  const binding = Promise.all(
    [one, two].map((reply, i) => tabs[i]?.get(wechat.scan(reply.json().url, newScanner()))),
  )
  await expect.poll(waiting).toBe(2)
  await release()
  const replies = await binding
  expect(replies.map((reply) => reply && problemIn(reply)).sort()).toEqual([null, 'wechat_bound'])

  const who = newScanner()
  const both = await Promise.all([signUp(), signUp()])
  const backs = await Promise.all(both.map((person) => bind(person.from, who)))
  expect(backs.map(problemIn).sort()).toEqual([null, 'wechat_taken'])
})

test('I12: unbinding needs the password, ends the other sessions, and the WeChat is free again', async () => {
  const { from, id } = await signUp()
  const who = newScanner()
  await bind(from, who)
  const other = await signIn(who)
  const wrong = await unbind(from, 'not the password')
  expect([wrong.statusCode, wrong.json().code, await isBound(from)]).toEqual([
    ...[403, 'wrong_password', true],
  ])
  expect((await unbind(from)).statusCode).toBe(204)
  expect([await isBound(from), await other.from.me()]).toEqual([false, undefined])
  expect((await from.me())?.id).toBe(id)
  expect((await unbind(from)).json().code).toBe('wechat_not_bound')
  expect((await signIn(who)).id).not.toBe(id)
})

test('I12: a scan and an unbinding at once leave no session that came by it', async () => {
  const { from, id } = await signUp()
  const who = newScanner()
  await bind(from, who)
  const release = await holdPerson(id)
  const scan = signIn(who)
  await expect.poll(waiting).toBe(1)
  let isUnbound = false
  const unbinding = unbind(from).finally(() => {
    isUnbound = true
  })
  await expect.poll(async () => isUnbound || (await waiting()) === 2).toBe(true)
  await release()
  const [reply] = await Promise.all([unbinding, scan])
  expect([reply.statusCode, await sessionsOf(id)]).toEqual([204, 1])
})

test('I12: the only way in is not taken away', async () => {
  const { from, id } = await signIn(newScanner())
  const reply = await unbind(from)
  expect([reply.statusCode, reply.json().code]).toEqual([409, 'only_way_in'])
  expect(await isBound(from)).toBe(true)
  expect(id).not.toBe('')
})

test('I12: who has no e-mail gets no letter, and nobody gets a password for them', async () => {
  const { from, id } = await signIn(newScanner({ nickname: '小明' }))
  for (const [path, body, code] of [
    ['send-verification-email', {}, 'email_missing'],
    ['change-password', { current_password: 'x', new_password: PASSWORD }, 'password_missing'],
    ['wechat/bind', { password: PASSWORD }, 'wechat_bound'],
  ] as const) {
    const reply = await from.post(path, body)
    expect([reply.statusCode, reply.json().code]).toEqual([409, code])
  }
  const queues = async () =>
    (await world.call('GET', '/api/v1/admin/jobs', { as: BOOTSTRAP_KEY })).json().items
  const before = await queues()
  for (const email of ['null@example.com', `${id}@example.com`])
    expect((await from.post('request-password-reset', { email })).statusCode).toBe(202)
  expect(await queues()).toEqual(before)
})

test('I14: who has no password changes the second factor shortly after signing in, and not later', async () => {
  const { from, id } = await signIn(newScanner({ nickname: '小 明' }))
  await world.pool.pg.query(
    `update identity.sessions set created_at = created_at - interval '11 minutes' where person_id = $1`,
    [id],
  )
  for (const path of ['two-factor/enable', 'two-factor/disable', 'two-factor/backup-codes']) {
    const late = await from.post(path, { password: 'anything' })
    expect([late.statusCode, late.json().code]).toEqual([403, 'sign_in_again'])
  }
  const fresh = await signIn(newScanner())
  const begun = await fresh.from.post('two-factor/enable')
  expect([begun.statusCode, begun.json().backup_codes.length > 0]).toEqual([200, true])

  // Who has a password is asked for it, however fresh the session is.
  const { from: ada } = await signUp()
  for (const body of [{}, { password: 'not the password' }])
    expect((await ada.post('two-factor/enable', body)).json().code).toBe('wrong_password')
})

test('I3: people without an e-mail are listed and found by their name', async () => {
  const { id } = await signIn(newScanner({ nickname: 'Findable by name' }))
  const as = BOOTSTRAP_KEY
  const people = await world.call('GET', '/api/v1/admin/users?search=Findable', { as })
  expect(people.json().items).toMatchObject([{ id, email: null, name: 'Findable by name' }])
  const owners = await world.call('GET', '/api/v1/admin/owners?query=Findable', { as })
  expect([owners.statusCode, owners.json().items]).toMatchObject([
    ...[200, [{ owner: id, email: null, name: 'Findable by name' }]],
  ])
})
