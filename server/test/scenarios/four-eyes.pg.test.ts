import { afterAll, expect, test } from 'vitest'
import { signUp, type TestPerson, trailOf } from '../people.ts'
import { newApp, newKey, openTill } from '../till.ts'
import { BOOTSTRAP_KEY, openWorld } from '../world.ts'

const world = await openWorld({ env: { TONGBAO_GRANT_LIMIT: '1000' } })
afterAll(() => world.close())
const { balanceOf, give, passDays } = openTill(world)

const gift = (external_id: string, amount: number) =>
  ({ external_id, amount, source: 'admin', reason: 'an apology' }) as const
const postAs = async (path: string, as: string, body: object, key: string) => {
  const headers = { 'idempotency-key': key }
  const reply = await world.call('POST', `/api/v1/credits/${path}`, { as, body, headers })
  return { status: reply.statusCode, body: reply.json() }
}
const grantAs = (as: string, body: object, key = newKey()) => postAs('grants', as, body, key)
const moveAs = (as: string, body: object, key = newKey()) => postAs('transfer', as, body, key)
const keyOf = (token: string) =>
  keyWith(token, 'credits:grant', 'credits:read', 'credits:transfer', 'keys:manage')
const keyWith = async (token: string, ...scopes: string[]): Promise<string> => {
  const body = { name: 'an app', scopes }
  return (await world.call('POST', '/api/v1/api-keys', { as: token, body })).json().key
}
const decideAs = async (as: string, id: string, decision: string, body?: object) => {
  const reply = await world.call('POST', `/api/v1/admin/proposals/${id}/${decision}`, {
    as,
    ...(body && { body }),
  })
  return { status: reply.statusCode, body: reply.json() }
}
const listed = async (query: string) =>
  (await world.call('GET', `/api/v1/admin/proposals?${query}`, { as: BOOTSTRAP_KEY })).json()
const admin = () => signUp(world, 'admin')
/** An app's user that exists: people who name nobody else’s make none. */
const somebody = async () => {
  const external_id = newApp()
  await balanceOf(external_id)
  return external_id
}
const proposed = async (maker: TestPerson, external_id: string, amount = 1_001) => {
  const reply = await grantAs(maker.token, gift(external_id, amount))
  expect(reply.status, JSON.stringify(reply.body)).toBe(202)
  return reply.body.proposal_id as string
}

test('C20 PR5: above the limit a gift waits; another person gives it, and both leave their lines', async () => {
  const [one, two] = [await admin(), await admin()]
  const external_id = await somebody()
  const key = newKey()
  const asked = await grantAs(one.token, gift(external_id, 1_001), key)
  expect(asked.status).toBe(202)
  expect(asked.body).toMatchObject({
    proposal_id: expect.stringMatching(/^prp_[0-9a-z]{26}$/),
    kind: 'credits.grant',
    state: 'proposed',
    payload: { asset: 'credit', amount: 1_001, source: 'admin' },
    reason: 'an apology',
    proposed_by: one.id,
    decided_by: null,
    result: null,
  })
  expect(await balanceOf(external_id)).toMatchObject({ available: 0 })
  const { proposal_id } = asked.body
  const again = await grantAs(one.token, gift(external_id, 1_001), key)
  expect(again).toEqual(asked)
  const bent = await grantAs(one.token, gift(external_id, 1_002), key)
  expect([bent.status, bent.body.code]).toEqual([422, 'idempotency_key_reused'])

  const approved = await decideAs(two.token, proposal_id, 'approve')
  expect(approved.status, JSON.stringify(approved.body)).toBe(200)
  expect(approved.body).toMatchObject({
    state: 'approved',
    decided_by: two.id,
    result: { lot_id: expect.stringMatching(/^lot_/), available: 1_001 },
  })
  expect(await balanceOf(external_id)).toMatchObject({ available: 1_001 })
  expect((await grantAs(one.token, gift(external_id, 1_001), key)).body).toEqual(approved.body)
  expect(await balanceOf(external_id)).toMatchObject({ available: 1_001 })

  expect(await trailOf(world, proposal_id)).toMatchObject([
    { action: 'proposals.made', actor_id: one.id, reason: 'an apology' },
    { action: 'proposals.decided', actor_id: two.id },
  ])
  const owner = asked.body.payload.owner_id
  expect(await trailOf(world, owner)).toMatchObject([
    { action: 'credits.granted', actor_id: two.id, reason: 'an apology' },
  ])
  const { rows } = await world.pool.pg.query(
    `select topic from kernel.outbox where data ->> 'proposal_id' = $1 order by id`,
    [proposal_id],
  )
  expect(rows.map(({ topic }) => topic)).toEqual(['proposals.made', 'proposals.decided'])
})

test('C20: up to the limit it is done at once, and the gifts of a day count together', async () => {
  const one = await admin()
  const external_id = await somebody()
  const key = newKey()
  expect((await grantAs(one.token, gift(external_id, 600), key)).status).toBe(201)
  expect((await grantAs(one.token, gift(await somebody(), 401))).status).toBe(202)
  expect((await grantAs(one.token, gift(await somebody(), 400))).status).toBe(201)
  expect((await grantAs(one.token, gift(await somebody(), 1))).status).toBe(202)
  // A repeat is an answer, not a gift: it neither counts nor waits.
  expect((await grantAs(one.token, gift(external_id, 600), key)).status).toBe(201)
  expect(await balanceOf(external_id)).toMatchObject({ available: 600 })
  const two = await admin()
  expect((await grantAs(two.token, gift(await somebody(), 1_000))).status).toBe(201)
})

test('C20: a gift that waits stays a proposal under its key, also on a day that has room for it', async () => {
  const one = await admin()
  await grantAs(one.token, gift(await somebody(), 1_000))
  const external_id = await somebody()
  const key = newKey()
  const first = await grantAs(one.token, gift(external_id, 1), key)
  expect(first.status).toBe(202)
  passDays(1)
  const again = await grantAs(one.token, gift(external_id, 1), key)
  passDays(-1)
  expect(again).toEqual(first)
  expect(await balanceOf(external_id)).toMatchObject({ available: 0 })
})

test('C20: gifts that one person makes at the same moment do not pass the limit together', async () => {
  const one = await admin()
  const people = await Promise.all(Array.from({ length: 10 }, somebody))
  const replies = await Promise.all(people.map((id) => grantAs(one.token, gift(id, 300))))
  const count = (status: number) => replies.filter((reply) => reply.status === status).length
  expect([count(201), count(202)]).toEqual([3, 7])
})

test('C20: the same gift sent ten times at once is one gift, or one proposal', async () => {
  const one = await admin()
  for (const [amount, status] of [
    [700, 201],
    [701, 202],
  ] as const) {
    const external_id = await somebody()
    const key = newKey()
    const replies = await Promise.all(
      Array.from({ length: 10 }, () => grantAs(one.token, gift(external_id, amount), key)),
    )
    expect(new Set(replies.map(({ body }) => JSON.stringify(body))).size).toBe(1)
    expect(replies.map((reply) => reply.status)).toEqual(Array(10).fill(status))
    expect(await balanceOf(external_id)).toMatchObject({ available: status === 201 ? 700 : 0 })
  }
})

test('C20 PR1: to themselves nobody gives alone, by session or by a key of their own', async () => {
  const [one, two] = [await admin(), await admin()]
  const self = { owner: one.id, amount: 1, source: 'promo', reason: 'mine' }
  const asked = await grantAs(one.token, self)
  expect(asked.status).toBe(202)
  const key = await keyOf(one.token)
  const byKey = await grantAs(key, self)
  expect(byKey.status, JSON.stringify(byKey.body)).toBe(202)
  expect((await grantAs(key, { ...self, owner: two.id, amount: 5_000 })).status).toBe(201)
  for (const { body } of [asked, byKey]) {
    const own = await decideAs(one.token, body.proposal_id, 'approve')
    expect([own.status, own.body.code]).toEqual([403, 'second_person_needed'])
  }
  const robot = await decideAs(BOOTSTRAP_KEY, asked.body.proposal_id, 'approve')
  expect([robot.status, robot.body.code]).toEqual([403, 'second_person_needed'])
  const forOther = await grantAs(one.token, { ...self, owner: two.id, amount: 1_001 })
  const gaining = await decideAs(two.token, forOther.body.proposal_id, 'approve')
  expect([gaining.status, gaining.body.code]).toEqual([403, 'second_person_needed'])
  expect((await decideAs(two.token, byKey.body.proposal_id, 'approve')).status).toBe(200)
  const state = await world.call('GET', '/api/v1/wallets/me', { as: one.token })
  expect(state.json().balance_credits).toBe(1)
})

test('C20: nobody moves the credits of others to themselves, by session or by a key that they made', async () => {
  const [one, two] = [await admin(), await admin()]
  const [rich, maker] = [await somebody(), await keyOf(one.token)]
  expect((await grantAs(maker, { ...gift(rich, 5_000), source: 'promo' })).status).toBe(201)
  const body = { external_id: rich, to_owner: one.id, amount: 1 }
  for (const as of [one.token, maker, await keyOf(maker)]) {
    const no = await moveAs(as, body)
    expect([no.status, no.body.code]).toEqual([403, 'transfer_to_yourself'])
  }
  expect(await balanceOf(rich)).toMatchObject({ available: 5_000 })
  expect((await moveAs(maker, { ...body, to_owner: two.id })).status).toBe(200)
  expect((await moveAs(BOOTSTRAP_KEY, { ...body, amount: 2_000 })).status).toBe(200)
  // What is theirs they may give away, as much as they like.
  expect((await moveAs(one.token, { to_owner: two.id, amount: 2_000 })).status).toBe(200)
})

test('C20: what a person gives back of the charges of others counts with their gifts, and of their own they give back nothing', async () => {
  const [one, external_id] = [await admin(), await somebody()]
  await give(external_id, 5_000)
  await grantAs(BOOTSTRAP_KEY, { owner: one.id, amount: 100, source: 'promo' })
  const charged = async (whose: object, amount: number): Promise<string> =>
    (await postAs('charge', BOOTSTRAP_KEY, { ...whose, amount }, newKey())).body.charge_id
  const back = (charge_id: string, more: object = {}, key = newKey(), as = one.token) =>
    postAs('refund', as, { charge_id, ...more }, key)
  const own = await charged({ owner: one.id }, 50)
  expect((await back(own)).body.code).toBe('refund_to_yourself')
  // An app gives back what its jobs did not do, whoever made its key.
  expect((await back(own, {}, newKey(), await keyWith(one.token, 'credits:charge'))).status).toBe(
    200,
  )

  const [large, small] = [
    await charged({ external_id }, 3_000),
    await charged({ external_id }, 600),
  ]
  const key = newKey()
  expect((await back(large)).body).toMatchObject({ code: 'hand_limit_reached', used: 0 })
  expect((await back(small, {}, key)).body).toMatchObject({ amount: 600 })
  const both = await Promise.all([back(large, { amount: 400 }), back(large, { amount: 400 })])
  expect(both.map(({ status }) => status).sort()).toEqual([200, 403])
  expect((await back(small, {}, key)).status).toBe(200)
  expect((await grantAs(one.token, gift(external_id, 1))).status).toBe(202)
  expect(await balanceOf(external_id)).toMatchObject({ available: 2_400 })
  passDays(1)
  expect((await back(large, { amount: 1_000 })).status).toBe(200)
})

test('C20: what a person moves for others counts with their gifts, and beyond the limit is refused', async () => {
  const one = await admin()
  const [rich, to_external_id] = [await somebody(), await somebody()]
  await give(rich, 5_000)
  const move = (amount: number, key?: string) =>
    moveAs(one.token, { external_id: rich, to_external_id, amount }, key)
  const [large, key] = [await move(1_001), newKey()]
  expect([large.status, large.body]).toMatchObject([
    403,
    { code: 'hand_limit_reached', limit: 1_000, used: 0 },
  ])
  const moved = await move(600, key)
  expect(moved.status, JSON.stringify(moved.body)).toBe(200)
  expect((await move(401)).body).toMatchObject({ code: 'hand_limit_reached', used: 600 })
  expect((await grantAs(one.token, gift(rich, 401))).status).toBe(202)
  const sent = await Promise.all(Array.from({ length: 4 }, () => move(150)))
  expect(sent.filter(({ status }) => status === 200)).toHaveLength(2)
  // A repeat is an answer: it neither counts nor is refused.
  expect((await move(600, key)).body).toEqual(moved.body)
  expect((await move(601, key)).body.code).toBe('idempotency_key_reused')
  expect((await grantAs(one.token, gift(rich, 100))).status).toBe(201)
  expect(await balanceOf(to_external_id)).toMatchObject({ available: 900 })
})

test('PR2: of many who approve and reject at the same moment one decides, and it is done once', async () => {
  const one = await admin()
  const others = await Promise.all(Array.from({ length: 6 }, admin))
  const external_id = await somebody()
  const id = await proposed(one, external_id)
  const replies = await Promise.all(
    others.flatMap((other, i) => [
      decideAs(other.token, id, 'approve'),
      ...(i % 2 ? [decideAs(other.token, id, 'reject', { reason: 'no' })] : []),
    ]),
  )
  const won = replies.filter(({ status }) => status === 200)
  expect(new Set(won.map(({ body }) => JSON.stringify(body))).size).toBe(1)
  const lost = replies.filter(({ status }) => status !== 200)
  expect(new Set(lost.map(({ body }) => body.code))).toEqual(new Set(['proposal_closed']))
  const gave = won[0]?.body.state === 'approved' ? 1_001 : 0
  expect(await balanceOf(external_id)).toMatchObject({ available: gave })
  const twice = await decideAs(others[0]?.token ?? '', id, 'withdraw')
  expect(twice.body.code).toBe('proposal_not_yours')
})

test('PR2: the tables themselves keep a decision, and who made it, as they were', async () => {
  const [one, two] = [await admin(), await admin()]
  const id = await proposed(one, await somebody())
  const alone = world.pool.pg.query(
    `update proposals.proposals set state = 'approved', decided_by = $2, decided_at = proposed_at where id = $1`,
    [id, one.id],
  )
  await expect(alone).rejects.toThrow('PR1')
  await decideAs(two.token, id, 'reject', { reason: 'not now' })
  const undo = world.pool.pg.query(
    `update proposals.proposals set state = 'approved' where id = $1`,
    [id],
  )
  await expect(undo).rejects.toThrow('append-only')
  const bend = world.pool.pg.query(`update proposals.proposals set payload = '{}' where id = $1`, [
    id,
  ])
  await expect(bend).rejects.toThrow(/permission|append-only/)
  await expect(world.pool.pg.query('delete from proposals.proposals')).rejects.toThrow(
    /permission|append-only/,
  )
})

test('PR3: after 72 hours nobody can decide it, and no job has to say so', async () => {
  const [one, two] = [await admin(), await admin()]
  const external_id = await somebody()
  const [late, later] = [await proposed(one, external_id), await proposed(one, external_id)]
  passDays(3)
  try {
    const reply = await decideAs(two.token, late, 'approve')
    expect([reply.status, reply.body.code]).toEqual([410, 'proposal_expired'])
    expect((await decideAs(one.token, later, 'withdraw')).body.code).toBe('proposal_expired')
    const ids = (page: { items: { proposal_id: string }[] }) =>
      page.items.map(({ proposal_id }) => proposal_id)
    expect(ids(await listed('state=expired'))).toEqual(expect.arrayContaining([late, later]))
    expect(ids(await listed('state=proposed&limit=200'))).not.toContain(late)
  } finally {
    passDays(-3)
  }
  expect(await balanceOf(external_id)).toMatchObject({ available: 0 })
})

test('PR4: what cannot be done is refused when it is asked; what cannot be done any more stays open', async () => {
  const [one, two] = [await admin(), await admin()]
  const external_id = await somebody()
  const past = { ...gift(external_id, 5_000), expires_at: '2020-01-01T00:00:00Z' }
  const asked = await grantAs(one.token, past)
  expect([asked.status, asked.body.code]).toEqual([422, 'expiry_invalid'])
  const soon = new Date(world.clock.now() + 86_400_000).toISOString()
  const waiting = await grantAs(one.token, { ...gift(external_id, 5_000), expires_at: soon })
  const id = waiting.body.proposal_id
  passDays(2)
  try {
    const reply = await decideAs(two.token, id, 'approve')
    expect([reply.status, reply.body.code, reply.body.why]).toEqual([
      409,
      'proposal_impossible',
      'expiry_invalid',
    ])
  } finally {
    passDays(-2)
  }
  expect((await decideAs(one.token, id, 'withdraw')).body.state).toBe('withdrawn')
  expect((await listed('state=withdrawn')).items[0].proposal_id).toBe(id)
})

test('PR1: whoever looks at a proposal is told why they cannot decide it, and the decision says the same', async () => {
  const [maker, other] = [await admin(), await admin()]
  const finance = await signUp(world, 'finance')
  const auditor = await signUp(world, 'auditor')
  const id = await proposed(maker, await somebody())
  const seenBy = async (who: TestPerson) => {
    const one = await world.call('GET', `/api/v1/admin/proposals/${id}`, { as: who.token })
    const all = await world.call('GET', '/api/v1/admin/proposals', { as: who.token })
    const listedOne = all
      .json()
      .items.find((row: { proposal_id: string }) => row.proposal_id === id)
    expect(listedOne.why_not).toBe(one.json().why_not)
    return one.json().why_not
  }
  for (const [who, why] of [
    [maker, 'second_person_needed'],
    [finance, 'decider_scope_needed'],
    [auditor, 'decider_scope_needed'],
  ] as const) {
    expect([await seenBy(who), (await decideAs(who.token, id, 'approve')).status]).toEqual([
      why,
      403,
    ])
  }
  expect(await seenBy(other)).toBeNull()
  expect((await decideAs(other.token, id, 'approve')).status).toBe(200)
  expect(await seenBy(other)).toBeNull()
  expect(await seenBy(finance)).toBe('decider_scope_needed')
})
