import { afterAll, expect, test } from 'vitest'
import { signUp, trailOf } from '../../../test/people.ts'
import { newApp, newKey, openTill } from '../../../test/till.ts'
import { BOOTSTRAP_KEY, openWorld } from '../../../test/world.ts'

const world = await openWorld({ env: { TONGBAO_GRANT_LIMIT: '1000' } })
afterAll(() => world.close())
const { post, read, give, balanceOf, inDays, passDays } = openTill(world)

const ownerOf = async (external_id: string): Promise<string> =>
  (await read(`credits/balance?external_id=${external_id}`)).body.owner
const adjust = async (owner: string, body: object, as = BOOTSTRAP_KEY, key = newKey()) => {
  const reply = await world.call('POST', `/api/v1/admin/owners/${owner}/adjust`, {
    ...{ as, body },
    headers: { 'idempotency-key': key },
  })
  const replayed = reply.headers['idempotent-replayed'] === 'true'
  return { status: reply.statusCode, body: reply.json(), replayed }
}
const explained = async (owner: string, more = '') => {
  const { body } = await read(`admin/owners/${owner}/balance?asset=credit${more}`)
  const sum = body.items.reduce(
    (whole: number, { amount }: { amount: number }) => whole + amount,
    0,
  )
  expect(sum + body.due).toBe(body.available + body.held - body.debt)
  return body
}

test('C21: staff correct a balance up and down, with a reason and a line in the trail', async () => {
  const external_id = newApp()
  await give(external_id, 100)
  const owner = await ownerOf(external_id)
  const key = newKey()
  const down = await adjust(owner, { amount: -30, reason: 'charged twice' }, undefined, key)
  expect(down.status, JSON.stringify(down.body)).toBe(200)
  expect(down.body).toMatchObject({
    entry_id: expect.stringMatching(/^ent_/),
    amount: -30,
    lot_id: null,
    draws: [{ amount: 30, source: 'purchase' }],
    balance: { available: 70, held: 0, debt: 0 },
  })
  const again = await adjust(owner, { amount: -30, reason: 'charged twice' }, undefined, key)
  expect([again.replayed, again.body]).toEqual([true, down.body])
  const bent = await adjust(owner, { amount: -31, reason: 'charged twice' }, undefined, key)
  expect(bent.body.code).toBe('idempotency_key_reused')
  const up = await adjust(owner, { amount: 5, reason: 'an apology' })
  expect(up.body).toMatchObject({ amount: 5, lot_id: expect.stringMatching(/^lot_/), draws: [] })
  const much = await adjust(owner, { amount: -76, reason: 'too much' })
  expect([much.status, much.body.code]).toEqual([402, 'insufficient_credits'])
  expect((await adjust(owner, { amount: 0, reason: 'nothing' })).body.code).toBe('amount_invalid')
  expect((await adjust(owner, { amount: 5 })).status).toBe(400)
  expect((await adjust('usr_nobody', { amount: 5, reason: 'x' })).body.code).toBe('owner_unknown')
  expect(await balanceOf(external_id)).toMatchObject({ available: 75 })
  const trail = (await trailOf(world, owner)).filter(
    ({ action }) => action !== 'credits.owner_viewed',
  )
  expect(trail).toMatchObject([
    { action: 'credits.adjusted', reason: 'charged twice' },
    { action: 'credits.adjusted', reason: 'an apology' },
  ])
})

test('C21 C20: a person’s corrections count with their gifts; beyond the limit another person decides', async () => {
  const [one, two] = [await signUp(world, 'admin'), await signUp(world, 'admin')]
  const external_id = newApp()
  await give(external_id, 5_000)
  const owner = await ownerOf(external_id)
  const small = await adjust(owner, { amount: -900, reason: 'one' }, one.token)
  expect(small.status).toBe(200)
  const key = newKey()
  const asked = await adjust(owner, { amount: -101, reason: 'two' }, one.token, key)
  expect([asked.status, asked.body.kind]).toEqual([202, 'credits.adjust'])
  const url = `/api/v1/admin/proposals/${asked.body.proposal_id}/approve`
  expect((await world.call('POST', url, { as: one.token })).statusCode).toBe(403)
  const approved = await world.call('POST', url, { as: two.token })
  expect(approved.json()).toMatchObject({ state: 'approved', result: { available: 3_999 } })
  const again = await adjust(owner, { amount: -101, reason: 'two' }, one.token, key)
  expect([again.status, again.body.state]).toEqual([202, 'approved'])
  expect(await balanceOf(external_id)).toMatchObject({ available: 3_999 })
  const own = await adjust(one.id, { amount: 1, reason: 'mine' }, one.token)
  expect(own.status).toBe(202)
  const { items } = (await read(`credits/history?owner=${owner}&kind=adjust`)).body
  expect(items[0]).toMatchObject({
    amount: -101,
    description: 'two',
    reference: { type: 'proposal', id: asked.body.proposal_id },
  })
})

test('C3 C21: the same key sent at once for two assets is one correction, and the other is told so', async () => {
  for (let i = 0; i < 10; i++) {
    const [owner, key] = [await ownerOf(newApp()), newKey()]
    const replies = await Promise.all(
      ['credit', 'coin'].map((asset) =>
        adjust(owner, { asset, amount: 5, reason: 'an apology' }, undefined, key),
      ),
    )
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 422])
    expect(replies.map(({ body }) => body.code)).toContain('idempotency_key_reused')
  }
})

test('C22: why a balance is what it is, now, before, and when something has ended meanwhile', async () => {
  const external_id = newApp()
  await give(external_id, 100)
  await give(external_id, 40, { source: 'promo', expires_at: inDays(2) })
  const owner = await ownerOf(external_id)
  const early = new Date(world.clock.now()).toISOString()
  passDays(1)
  await post('charge', { external_id, amount: 10, action: 'video.generate' })
  await post('holds', { external_id, amount: 20 })
  const now = await explained(owner)
  expect(now).toMatchObject({ available: 110, held: 20, debt: 0, due: 0 })
  expect(now.items).toEqual([
    { kind: 'grant', book: 'issuance:purchase', entries: 1, amount: 100 },
    { kind: 'grant', book: 'issuance:promo', entries: 1, amount: 40 },
    { kind: 'charge', book: 'revenue:video.generate', entries: 1, amount: -10 },
    { kind: 'hold', book: 'hold', entries: 1, amount: 0 },
  ])
  expect(now.entries).toHaveLength(4)
  const before = await explained(owner, `&as_of=${early}`)
  expect(before).toMatchObject({ available: 140, held: 0, due: 0 })
  expect(before.entries).toHaveLength(2)
  // The promotion has 30 left, of which the hold has 20; two days on, both have ended and nobody wrote it down.
  passDays(2)
  expect(await explained(owner)).toMatchObject({ available: 100, held: 0, due: -30 })
  passDays(-3)
})

test('C23: owners are found by what staff know of them, page by page, and looking leaves a line', async () => {
  const support = await signUp(world, 'support')
  const person = await signUp(world)
  const names = Array.from({ length: 5 }, (_, i) => `shop_${i}%of`)
  for (const name of names) await give(name, 1)
  const list = async (query: string, as = support.token) =>
    (await world.call('GET', `/api/v1/admin/owners?${query}`, { as })).json()
  const found: string[] = []
  for (let cursor = ''; ; ) {
    const page = await list(`query=${encodeURIComponent('%OF')}&limit=2${cursor}`)
    found.push(...page.items.map((one: { external_id: string }) => one.external_id))
    if (page.next_cursor === null) break
    cursor = `&cursor=${page.next_cursor}`
  }
  expect(found).toEqual([...names].reverse())
  const byMail = await list(`query=${encodeURIComponent(person.email)}`)
  expect(byMail.items).toMatchObject([{ owner: person.id, email: person.email, external_id: null }])
  expect((await list(`query=${person.id}`)).items).toHaveLength(1)
  expect((await list('cursor=nonsense')).code).toBe('cursor_invalid')
  const made = await world.call('POST', '/api/v1/api-keys', {
    as: BOOTSTRAP_KEY,
    body: { name: 'an app', scopes: ['credits:read_all'] },
  })
  const { key } = made.json()
  expect((await list(`query=${encodeURIComponent(person.email)}`, key)).items).toEqual([])
  expect((await list(`query=${person.id}`, key)).items).toMatchObject([
    { owner: person.id, name: null, email: null },
  ])

  await post('grants', { owner: person.id, amount: 7, source: 'bonus' })
  const one = await world.call('GET', `/api/v1/admin/owners/${person.id}`, { as: support.token })
  expect(one.json()).toMatchObject({
    owner: person.id,
    email: person.email,
    accounts: [
      {
        ...{ asset: 'credit', available: 7, held: 0, debt: 0 },
        lots: [{ source: 'bonus', remaining: 7 }],
        entries: [{ kind: 'grant', amount: 7, balance_after: 7 }],
      },
    ],
  })
  expect(await trailOf(world, person.id)).toContainEqual(
    expect.objectContaining({ action: 'credits.owner_viewed', actor_id: support.id }),
  )
  const nobody = await world.call('GET', '/api/v1/admin/owners/usr_nobody', { as: support.token })
  expect(nobody.json().code).toBe('owner_unknown')
})

test('C24: what an admin gives back or moves for others is in the trail, once, and what an app does is not', async () => {
  const admin = await signUp(world, 'admin')
  const [external_id, to_external_id] = [newApp(), newApp()]
  await give(external_id, 100)
  const [owner, to_owner] = [await ownerOf(external_id), await ownerOf(to_external_id)]
  const { charge_id } = (await post('charge', { external_id, amount: 50 })).body
  await post('refund', { charge_id, amount: 1 })
  await post('transfer', { external_id, to_external_id, amount: 1 })
  const asAdmin = async (path: string, body: object, key: string) => {
    const headers = { 'idempotency-key': key }
    const url = `/api/v1/credits/${path}`
    const reply = await world.call('POST', url, { as: admin.token, body, headers })
    return { status: reply.statusCode, body: reply.json() }
  }
  const [refundKey, transferKey] = [newKey(), newKey()]
  const back = { charge_id, amount: 4, reason: 'half of it failed' }
  const first = await asAdmin('refund', back, refundKey)
  expect([first.status, first.body.amount]).toEqual([200, 4])
  expect((await asAdmin('refund', back, refundKey)).body).toEqual(first.body)
  const much = await asAdmin('refund', { charge_id, amount: 100 }, newKey())
  expect(much.body.code).toBe('refund_exceeds_charge')
  const move = { owner, to_owner, amount: 3, description: 'a merged account' }
  const moved = await asAdmin('transfer', move, transferKey)
  expect([moved.status, moved.body.amount]).toEqual([200, 3])
  expect((await asAdmin('transfer', move, transferKey)).body).toEqual(moved.body)
  const short = await asAdmin('transfer', { ...move, amount: 500 }, newKey())
  expect(short.body.code).toBe('insufficient_credits')
  expect(await trailOf(world, owner)).toMatchObject([
    { action: 'credits.refunded', actor_id: admin.id, reason: 'half of it failed' },
    { action: 'credits.transferred', actor_id: admin.id, reason: 'a merged account' },
  ])
  expect(await balanceOf(external_id)).toMatchObject({ available: 51 })
  expect(await balanceOf(to_external_id)).toMatchObject({ available: 4 })
})

test('C24: what an admin charges and sets aside is in the trail, once, and what an app does is not', async () => {
  const admin = await signUp(world, 'admin')
  const external_id = newApp()
  await give(external_id, 100)
  const owner = await ownerOf(external_id)
  const asAdmin = async (path: string, body?: object, key = newKey()) => {
    const headers = { 'idempotency-key': key }
    const url = `/api/v1/credits/${path}`
    const reply = await world.call('POST', url, { as: admin.token, ...(body && { body }), headers })
    return { status: reply.statusCode, body: reply.json() }
  }
  await post('charge', { external_id, amount: 1 })
  const app = (await post('holds', { external_id, amount: 1 })).body.hold_id
  await post(`holds/${app}/extend`, { expires_in: 7_200 })
  await post(`holds/${app}/release`)
  const key = newKey()
  const want = { owner, amount: 2, description: 'by telephone' }
  const first = await asAdmin('charge', want, key)
  expect([first.status, first.body.amount]).toEqual([200, 2])
  expect((await asAdmin('charge', want, key)).body).toEqual(first.body)
  expect((await asAdmin('charge', { ...want, amount: 500 })).status).toBe(402)
  const charges = [{ owner, amount: 3, idempotency_key: newKey() }]
  expect((await asAdmin('charges/batch', { charges })).body.items).toMatchObject([{ ok: true }])
  const { hold_id } = (await asAdmin('holds', { owner, amount: 10 })).body
  expect((await asAdmin(`holds/${hold_id}/extend`, { expires_in: 7_200 })).status).toBe(200)
  const part = await asAdmin(`holds/${hold_id}/capture`, { amount: 4, final: false })
  expect(part.status, JSON.stringify(part.body)).toBe(200)
  expect((await asAdmin(`holds/${hold_id}/release`)).body).toMatchObject({ returned: 6 })
  expect(await trailOf(world, owner)).toMatchObject([
    { action: 'credits.charged', actor_id: admin.id, reason: 'by telephone' },
    { action: 'credits.charged', actor_id: admin.id },
    { action: 'credits.hold_placed', actor_id: admin.id },
    { action: 'credits.hold_extended', actor_id: admin.id },
    { action: 'credits.hold_captured', actor_id: admin.id },
    { action: 'credits.hold_released', actor_id: admin.id },
  ])
  expect(await balanceOf(external_id)).toEqual({ available: 90, held: 0, debt: 0 })
})

test('C23: owners are named many at once, people by their name, users of apps by the app’s; looking leaves a line', async () => {
  const [support, person] = [await signUp(world, 'support'), await signUp(world)]
  const external_id = newApp()
  await give(external_id, 1)
  const ids = [person.id, await ownerOf(external_id), 'usr_nobody']
  const ask = (text: string, as: string) =>
    world.call('GET', `/api/v1/admin/owners/names?ids=${text}`, { as })
  const named = await ask(ids.join(','), support.token)
  expect(named.json().items).toHaveLength(2)
  expect(named.json().items).toEqual(
    expect.arrayContaining([
      { owner: person.id, name: 'A user' },
      { owner: ids[1], name: external_id },
    ]),
  )
  expect(await trailOf(world, 'all')).toContainEqual(
    expect.objectContaining({ action: 'credits.owners_named', actor_id: support.id }),
  )
  expect((await ask(ids.join(','), person.token)).statusCode).toBe(403)
  const hundred = Array(100).fill(person.id).join(',')
  expect((await ask(hundred, support.token)).json().items).toHaveLength(1)
  expect((await ask(`${hundred},${person.id}`, support.token)).statusCode).toBe(400)
})

test('C7: an id of this house named as one of the app’s makes nobody, and says where it belongs', async () => {
  const person = await signUp(world)
  const no = await post('grants', { external_id: person.id, amount: 7, source: 'bonus' })
  expect([no.status, no.body.code]).toEqual([404, 'owner_unknown'])
  expect(no.body.hint).toContain('`owner`')
  expect((await read(`admin/owners?query=${person.id}`)).body.items).toMatchObject([
    { owner: person.id, external_id: null },
  ])
  // An app may spell its ids as we do: what is nobody of ours is one of theirs.
  const theirs = `usr_${'z'.repeat(26)}`
  expect((await post('grants', { external_id: theirs, amount: 7, source: 'bonus' })).status).toBe(
    201,
  )
})
