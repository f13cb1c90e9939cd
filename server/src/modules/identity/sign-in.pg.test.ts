import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { trailOf } from '../../../test/people.ts'
import { totp } from '../../../test/totp.ts'
import { BOOTSTRAP_KEY, openWorld, SECRET, type TestWorld } from '../../../test/world.ts'

let world: TestWorld
const welcomed: string[] = []
beforeAll(async () => {
  world = await openWorld({
    start: true,
    realPasswords: true,
    hearings: [
      {
        module: 'welcome',
        topic: 'identity.signed_up',
        hear: async ({ owner = '' }) => {
          welcomed.push(owner)
        },
      },
    ],
  })
})
afterAll(() => world.close())

const PASSWORD = 'correct horse battery'
let people = 0
const somebody = async (body: object = {}) => {
  const email = `person${++people}@example.com`
  const reply = await auth('sign-up/email', { name: 'Ada', email, password: PASSWORD, ...body })
  return {
    email,
    reply,
    token: reply.json().token as string,
    id: reply.json().person?.id as string,
  }
}
const auth = (path: string, body?: object, as?: string, headers: Record<string, string> = {}) =>
  world.call('POST', `/api/v1/auth/${path}`, {
    ...(body && { body }),
    ...(as && { as }),
    headers,
  })
const me = (token: string) => world.call('GET', '/api/v1/sessions/me', { as: token })
const rows = async (sql: string, values: unknown[] = []) => (await judge.query(sql, values)).rows
const judge = {
  query: (sql: string, values: unknown[]) => world.pool.pg.query(sql, values),
}
const cookieOf = (headers: { 'set-cookie'?: unknown }) =>
  [headers['set-cookie']]
    .flat()
    .map((line) => String(line).split(';')[0])
    .join('; ')

/** The newest mail that leads there; two mails may arrive in either order. */
const linkIn = async (email: string, path: string): Promise<URL> => {
  await expect
    .poll(async () => (await mails(email)).some(({ text }) => text.includes(path)))
    .toBe(true)
  const links = (await mails(email)).map(({ text }) => /https?:\/\/\S+/.exec(text)?.[0] ?? '')
  return new URL(links.find((link) => link.includes(path)) ?? '')
}
const mails = async (email: string): Promise<{ text: string; subject: string }[]> =>
  (
    await world.call('GET', `/api/v1/admin/mailbox?to=${email}`, {
      as: BOOTSTRAP_KEY,
    })
  ).json().items

test('I1: a sign-up makes person, owner, session, audit line and word to the house, or nothing', async () => {
  const { reply, id, token } = await somebody()
  expect(reply.statusCode).toBe(201)
  expect(id).toMatch(/^usr_[0-9a-z]{26}$/)
  expect((await me(token)).json()).toMatchObject({ user: { id }, roles: ['user'] })
  expect(await rows('select id from identity.owners where person_id = $1', [id])).toHaveLength(1)
  expect(await trailOf(world, id)).toMatchObject([{ action: 'identity.signed_up', result: 'done' }])
  await expect.poll(() => welcomed).toContain(id)
})

test('I1: when the audit line cannot be written, there is no person, no session and no owner either', async () => {
  const judge = new pg.Client({ connectionString: world.url })
  await judge.connect()
  await judge.query(`
    create function kernel.no_audit() returns trigger language plpgsql as $$
    begin raise exception 'the trail is full'; end $$;
    create trigger no_audit before insert on audit.entries execute function kernel.no_audit()`)
  const body = { name: 'Ada', email: 'half@example.com', password: PASSWORD }
  expect((await auth('sign-up/email', body)).statusCode).toBe(500)
  await judge.query('drop trigger no_audit on audit.entries')
  await judge.end()
  expect(await rows(`select 1 from identity.people where email = 'half@example.com'`)).toEqual([])
  const whole = await auth('sign-up/email', body)
  expect(whole.statusCode).toBe(201)
  const { id } = whole.json().person
  expect(await rows('select 1 from identity.owners where person_id = $1', [id])).toHaveLength(1)
})

test('I1: forty sign-ins at once need no second connection each, and the house answers meanwhile', async () => {
  const { email } = await somebody()
  const attempts = Array.from({ length: 40 }, () =>
    auth('sign-in/email', { email, password: PASSWORD }),
  )
  expect((await world.call('GET', '/readyz')).statusCode).toBe(200)
  const codes = (await Promise.all(attempts)).map((reply) => reply.statusCode)
  expect(codes.filter((code) => code !== 200 && code !== 503)).toEqual([])
  expect(codes).toContain(200)
})

test('I1: thirty sign-ups with one address at once make one person; the others are refused', async () => {
  const body = { name: 'Twin', email: 'twin@example.com', password: PASSWORD }
  const replies = await Promise.all(Array.from({ length: 30 }, () => auth('sign-up/email', body)))
  const codes = replies.map((reply) => reply.statusCode).sort()
  expect(codes.filter((code) => code === 201)).toHaveLength(1)
  expect(codes.filter((code) => code !== 201 && code !== 409 && code !== 503)).toEqual([])
  expect(await rows(`select 1 from identity.people where email = 'twin@example.com'`)).toHaveLength(
    1,
  )
})

test('I2: the right password opens, a wrong one and an unknown address sound alike', async () => {
  const { email } = await somebody()
  expect((await auth('sign-in/email', { email, password: PASSWORD })).statusCode).toBe(200)
  const wrong = await auth('sign-in/email', { email, password: 'not my password' })
  const nobody = await auth('sign-in/email', { email: 'no@example.com', password: PASSWORD })
  expect(wrong.statusCode).toBe(401)
  const { request_id: _a, ...told } = wrong.json()
  const { request_id: _b, ...toldNobody } = nobody.json()
  expect(told).toEqual(toldNobody)
})

test('I2: a password that is too short or absurdly long is refused with its limits', async () => {
  const reply = await auth('sign-up/email', {
    name: 'A',
    email: 'weak@example.com',
    password: 'short',
  })
  expect([reply.statusCode, reply.json()]).toMatchObject([
    422,
    { code: 'weak_password', letters_min: 8, letters_max: 128 },
  ])
})

test('I2: after signing out the token is worth nothing, and the browser is told to forget its cookie', async () => {
  const { token, reply } = await somebody()
  const cookie = cookieOf(reply.headers)
  const origin = 'http://localhost:7300'
  expect((await world.call('GET', '/api/v1/sessions/me', { headers: { cookie } })).statusCode).toBe(
    200,
  )
  const out = await world.call('POST', '/api/v1/auth/sign-out', { headers: { cookie, origin } })
  expect(out.statusCode).toBe(204)
  expect(String(out.headers['set-cookie'])).toContain('Max-Age=0')
  expect((await me(token)).statusCode).toBe(401)
})

test('I2: the cookie cannot be read by scripts nor sent along by other sites', async () => {
  const { reply } = await somebody()
  expect(String(reply.headers['set-cookie'])).toMatch(/HttpOnly.*SameSite=Lax/)
})

test('I2: the mailed link confirms the address once and shows a page in the language of the person', async () => {
  const { email, token } = await somebody({ locale: 'zh-CN' })
  const link = await linkIn(email, '/verify-email')
  expect((await me(token)).json().user.email_verified).toBe(false)
  const page = await world.call('GET', link.pathname + link.search)
  expect([page.statusCode, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8'])
  expect(page.body).toContain('邮箱已确认')
  expect(page.body).toContain('href="/"')
  expect(page.headers['content-security-policy']).toContain("style-src 'self'")
  expect((await me(token)).json().user.email_verified).toBe(true)
  const bent = await world.call('GET', '/api/v1/auth/verify-email?token=made.up.token')
  expect([bent.statusCode, bent.body.includes('no longer works')]).toEqual([410, true])
})

test('I2: the reset link works once, sets the new password and ends every session', async () => {
  const { email, token } = await somebody()
  expect((await auth('request-password-reset', { email })).statusCode).toBe(202)
  const link = await linkIn(email, '/reset-password')
  const secret = link.searchParams.get('token')
  const reset = () => auth('reset-password', { token: secret, new_password: 'a better password' })
  expect((await reset()).statusCode).toBe(204)
  expect((await me(token)).statusCode).toBe(401)
  expect((await auth('sign-in/email', { email, password: PASSWORD })).statusCode).toBe(401)
  expect((await auth('sign-in/email', { email, password: 'a better password' })).statusCode).toBe(
    200,
  )
  expect((await reset()).json().code).toBe('link_expired')
})

test('I9: asking for a new password answers the same for an address nobody has', async () => {
  const reply = await auth('request-password-reset', { email: 'nobody@example.com' })
  expect([reply.statusCode, reply.body]).toEqual([202, ''])
  expect(await mails('nobody@example.com')).toEqual([])
})

test('I2: changing the password needs the old one and signs the other devices out', async () => {
  const { email, token } = await somebody()
  const other = (await auth('sign-in/email', { email, password: PASSWORD })).json().token
  const wrong = await auth(
    'change-password',
    { current_password: 'not it at all', new_password: 'a better password' },
    token,
  )
  expect([wrong.statusCode, wrong.json().code]).toEqual([403, 'wrong_password'])
  const right = await auth(
    'change-password',
    { current_password: PASSWORD, new_password: 'a better password' },
    token,
  )
  expect(right.statusCode).toBe(200)
  expect((await me(other)).statusCode).toBe(401)
  expect((await me(right.json().token)).statusCode).toBe(200)
})

test('I2: a new password that is the old one is refused, and nobody is signed out', async () => {
  const { email, token } = await somebody()
  const other = (await auth('sign-in/email', { email, password: PASSWORD })).json().token
  const same = { current_password: PASSWORD, new_password: PASSWORD }
  const reply = await auth('change-password', same, token)
  expect([reply.statusCode, reply.json().code]).toEqual([422, 'same_password'])
  expect((await me(other)).statusCode).toBe(200)
})

test('I2: with a second factor the password alone opens nothing; a code or a backup code does, once', async () => {
  const { email, token } = await somebody()
  const begun = await auth('two-factor/enable', { password: PASSWORD }, token)
  expect(begun.statusCode).toBe(200)
  const { totp_uri, backup_codes } = begun.json()
  // Begun is not on: a mistake while scanning must not lock anybody out.
  expect((await auth('sign-in/email', { email, password: PASSWORD })).json().token).toBeDefined()
  const confirmed = await auth('two-factor/verify', { code: totp(totp_uri) }, token)
  expect(confirmed.statusCode).toBe(200)

  const half = (await auth('sign-in/email', { email, password: PASSWORD })).json()
  expect(half).toMatchObject({ second_factor_needed: true })
  expect(half.token).toBeUndefined()
  const { challenge } = half
  const guessed = await auth('two-factor/verify', { code: '000000', challenge })
  expect([guessed.statusCode, guessed.json().code]).toEqual([401, 'wrong_code'])
  const backup = { code: backup_codes[0], kind: 'backup', challenge }
  const opened = await auth('two-factor/verify', backup)
  expect(opened.json()).toMatchObject({ second_factor_needed: false })
  expect((await me(opened.json().token)).json().user.second_factor).toBe(true)

  const again = (await auth('sign-in/email', { email, password: PASSWORD })).json()
  const used = await auth('two-factor/verify', { ...backup, challenge: again.challenge })
  expect(used.json().code).toBe('wrong_code')
})

test('I2: a code is guessed a few times at the most', async () => {
  const { email, token } = await somebody()
  const { totp_uri } = (await auth('two-factor/enable', { password: PASSWORD }, token)).json()
  await auth('two-factor/verify', { code: totp(totp_uri) }, token)
  const { challenge } = (await auth('sign-in/email', { email, password: PASSWORD })).json()
  const codes: string[] = []
  for (let i = 0; i < 8; i++)
    codes.push((await auth('two-factor/verify', { code: `10000${i}`, challenge })).json().code)
  expect(codes.slice(0, 4)).toEqual(Array.from({ length: 4 }, () => 'wrong_code'))
  const right = await auth('two-factor/verify', { code: totp(totp_uri), challenge })
  expect(right.statusCode).toBeGreaterThanOrEqual(400)
})

test('I3: sessions are listed and ended by their person alone', async () => {
  const { email, token } = await somebody()
  const stranger = await somebody()
  const other = (await auth('sign-in/email', { email, password: PASSWORD })).json().token
  const list = await world.call('GET', '/api/v1/auth/sessions', { as: token })
  expect(list.json().items).toHaveLength(2)
  const second = list.json().items.find((item: { current: boolean }) => !item.current)
  const end = (as: string) => world.call('DELETE', `/api/v1/auth/sessions/${second.id}`, { as })
  expect((await end(stranger.token)).statusCode).toBe(404)
  expect((await me(other)).statusCode).toBe(200)
  expect((await end(token)).statusCode).toBe(204)
  expect((await me(other)).statusCode).toBe(401)
})

test("I3: theme, language and time zone are one's own choice, checked", async () => {
  const { token } = await somebody()
  const change = (body: object) => world.call('PATCH', '/api/v1/sessions/me', { as: token, body })
  const chosen = await change({
    locale: 'en',
    time_zone: 'Europe/Berlin',
    theme: { mode: 'dark', palette: 'jade' },
  })
  expect(chosen.json()).toMatchObject({
    user: { locale: 'en', time_zone: 'Europe/Berlin' },
    theme: { mode: 'dark', palette: 'jade', chosen: true },
  })
  expect((await change({ theme: { palette: null } })).json().theme).toMatchObject({ chosen: false })
  expect((await change({ time_zone: 'Middle/Earth' })).json().code).toBe('time_zone_unknown')
  const zoneOf = async (time_zone: string) =>
    (await me((await somebody({ time_zone })).token)).json().user.time_zone
  expect(await zoneOf('America/Lima')).toBe('America/Lima')
  expect(await zoneOf('Middle/Earth')).toBe('Asia/Shanghai')
})

test('I2: no password, token or code of this run is in a log line or an audit entry', async () => {
  const { token } = await somebody()
  const trail = (
    await world.call('GET', '/api/v1/admin/audit/export?format=ndjson', { as: BOOTSTRAP_KEY })
  ).body
  expect(trail).toContain('identity.signed_up')
  for (const secret of [PASSWORD, 'a better password', token, token.split('.')[0] ?? ''])
    for (const text of [world.logged(), trail]) expect(text).not.toContain(secret)
  expect(world.logged()).not.toContain('@example.com')
})

test('I2: what lies in the tables opens nothing: neither a session nor a reset link', async () => {
  const { email, token, id } = await somebody()
  const [session] = await rows('select token from identity.sessions where person_id = $1', [id])
  expect((await me(token)).statusCode).toBe(200)
  expect((await me(session.token)).statusCode).toBe(401)
  await auth('request-password-reset', { email })
  const link = await linkIn(email, '/reset-password')
  const kept = JSON.stringify(await rows('select * from identity.verifications'))
  expect(kept).not.toContain(link.searchParams.get('token'))
})

test('I2: over https the second factor works for clients that keep no cookies, and outlives a change of the secret', async () => {
  const { email, token } = await somebody()
  const begun = (await auth('two-factor/enable', { password: PASSWORD }, token)).json()
  await auth('two-factor/verify', { code: totp(begun.totp_uri) }, token)
  const other = await world.anotherNode(
    {},
    {
      publicUrl: 'https://pay.example',
      secrets: ['the newer secret, which is long enough', SECRET],
    },
  )
  const post = (path: string, payload: object) =>
    other.http.inject({ method: 'POST', url: `/api/v1/auth/${path}`, payload })
  const { challenge } = (await post('sign-in/email', { email, password: PASSWORD })).json()
  const opened = await post('two-factor/verify', {
    code: begun.backup_codes[3],
    kind: 'backup',
    challenge,
  })
  expect([opened.statusCode, opened.json().second_factor_needed]).toEqual([200, false])
  expect(String(opened.headers['set-cookie'])).toMatch(/__Secure-tongbao.*Secure/)
  await other.stop()
})

test('I2: a code of the authenticator app is good for one sign-in', async () => {
  const { email, token } = await somebody()
  const begun = (await auth('two-factor/enable', { password: PASSWORD }, token)).json()
  const code = totp(begun.totp_uri)
  expect((await auth('two-factor/verify', { code }, token)).statusCode).toBe(200)
  const { challenge } = (await auth('sign-in/email', { email, password: PASSWORD })).json()
  const again = await auth('two-factor/verify', { code, challenge })
  expect([again.statusCode, again.json().code, again.headers['set-cookie']]).toEqual([
    401,
    'wrong_code',
    undefined,
  ])
})

test.each(['x@y.z', 'Ä@x.com', '用户@例子.公司', 'a,b@c.com', '.a@x.com', 'a b@c.com', 'a@b'])(
  'I2: an address that cannot be used is refused at the door: %s',
  async (email) => {
    for (const reply of [
      await auth('sign-up/email', { name: 'Ada', email, password: PASSWORD }),
      await auth('request-password-reset', { email }),
      await auth('sign-in/email', { email, password: PASSWORD }),
    ])
      expect([reply.statusCode, reply.json().code]).toEqual([400, 'invalid_request'])
  },
)

test.each([
  'Bob\nEvil: visit us',
  'see http://evil.example',
  'www.evil.example',
  '<b>Bob</b>',
  '   ',
])('I2: a name that would speak for itself in our mails is refused: %j', async (name) => {
  const reply = await auth('sign-up/email', { name, email: 'n@example.com', password: PASSWORD })
  expect(reply.statusCode).toBe(400)
})

test('I3: a session says from where it was opened', async () => {
  const { token } = await somebody()
  const list = await world.call('GET', '/api/v1/auth/sessions', { as: token })
  expect(list.json().items[0].ip).toMatch(/^10\./)
})
