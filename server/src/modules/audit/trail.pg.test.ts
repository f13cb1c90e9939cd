import fc from 'fast-check'
import { sql } from 'kysely'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inTx } from '#kernel/db'
import { BOOTSTRAP_KEY, openWorld, type TestWorld } from '../../../test/world.ts'
import { type Act, type Actor, systemActor, writeAudit } from './index.ts'
import { cutIp } from './network.ts'
import { sealEntries } from './seal-entries.ts'

let world: TestWorld
let owner: pg.Client

beforeAll(async () => {
  world = await openWorld()
  owner = new pg.Client({ connectionString: world.url })
  await owner.connect()
})
afterAll(async () => {
  await owner.end()
  await world.close()
})

const act = (target: string, more: Partial<Act> = {}): Act => ({
  action: 'test.happened',
  target: { kind: 'thing', id: target },
  result: 'done',
  ...more,
})
const write = (actor: Actor, what: Act) =>
  inTx(world.db, (tx) => writeAudit(tx, world, actor, what))
const idsAbout = async (target: string): Promise<string[]> => {
  const { rows } = await owner.query(
    'select id::text from audit.entries where target_id = $1 order by id',
    [target],
  )
  return rows.map(({ id }) => id)
}
const TRAIL = '/api/v1/admin/audit'
const get = async (query = '') => {
  const answer = await world.call('GET', `${TRAIL}${query}`, { as: BOOTSTRAP_KEY })
  expect(answer.statusCode, answer.body).toBe(200)
  return answer.json()
}
const download = async (query: string) => {
  const answer = await world.call('GET', `${TRAIL}/export${query}`, { as: BOOTSTRAP_KEY })
  expect(answer.statusCode, answer.body).toBe(200)
  return answer
}

test('A1: an entry is there when its act committed, and leaves nothing when it did not', async () => {
  const failing = inTx(world.db, async (tx) => {
    await writeAudit(tx, world, systemActor('test'), act('undone'))
    throw new Error('the act failed')
  })
  await expect(failing).rejects.toThrow('the act failed')
  expect(await idsAbout('undone')).toEqual([])

  await write(systemActor('test'), act('committed'))
  const ids = await idsAbout('committed')
  expect(ids).toHaveLength(1)
  const { rows } = await owner.query('select id::text from audit.unsealed')
  expect(rows).toEqual([{ id: ids[0] }])
})

test.each(
  ['entries', 'blocks', 'heads'].flatMap((table) => [
    `update audit.${table} set ${table === 'entries' ? 'at = at' : 'digest = digest'}`,
    `delete from audit.${table}`,
    `truncate audit.${table} cascade`,
  ]),
)('A2: nobody can %s, neither the application nor the owner', async (change) => {
  await expect(sql.raw(change).execute(world.db)).rejects.toMatchObject({ code: '42501' })
  await expect(owner.query(change)).rejects.toMatchObject({ code: '23001' })
})

test('A4: the application cannot put into the waiting room, nor alter what waits', async () => {
  for (const statement of [
    'insert into audit.unsealed values (1)',
    'update audit.unsealed set id = id + 1',
    'truncate audit.unsealed',
    'alter table audit.entries disable trigger all',
  ])
    await expect(sql.raw(statement).execute(world.db)).rejects.toMatchObject({ code: '42501' })
})

test('A5: PostgreSQL agrees about every neighbourhood', async () => {
  const ips = fc.sample(fc.oneof(fc.ipV4(), fc.ipV6()), 500)
  const { rows } = await owner.query(
    `select ip, cut from unnest($1::text[], $2::text[]) as pair (ip, cut)
      where network(set_masklen(ip::inet, case family(ip::inet) when 4 then 24 else 48 end)) <> cut::cidr
         or cut is null`,
    [ips, ips.map(cutIp)],
  )
  expect(rows.filter(({ ip }) => !/^(0*:)*:?ffff:\d+\./i.test(ip))).toEqual([])
})

test('A6: who reads or exports is in the trail, with what they asked but no number they typed', async () => {
  await get('?action=test.happened&target_id=13800138000&limit=3')
  await download('?format=ndjson&actor=key_bootstrap')
  const { items } = await get('?target_kind=audit&limit=2')
  expect(items).toMatchObject([
    {
      action: 'audit.exported',
      actor_kind: 'key',
      actor_id: 'key_bootstrap',
      ip: expect.stringMatching(/\.0\/24$/),
      agent: 'lightMyRequest',
      target_id: 'trail',
      after: { actor: 'key_bootstrap', format: 'ndjson' },
      result: 'done',
    },
    { action: 'audit.read', after: { action: 'test.happened', target_id: '…', count: 0 } },
  ])
})

test('A7: page after page meets every entry once, also where times are equal', async () => {
  await owner.query(
    `insert into audit.entries (entry_id, at, actor_kind, actor_id, actor_roles, action, target_kind, target_id, result)
     select 'aud_many' || n, timestamptz '2026-01-01' + (n % 3) * interval '1 microsecond',
            'system', 'many', '{}', 'test.many', 'thing', 'many', 'done'
       from generate_series(1, 1203) as n`,
  )
  const seen: string[] = []
  let cursor = ''
  do {
    const page = await get(`?action=test.many&limit=200${cursor && `&cursor=${cursor}`}`)
    seen.push(...page.items.map((item: { entry_id: string }) => item.entry_id))
    cursor = page.next_cursor ?? ''
    // What is written meanwhile comes before the first page, and so moves no later one.
    await write({ ...systemActor('many'), ip: '1.2.3.4' }, act('many', { action: 'test.many' }))
  } while (cursor !== '')
  const { rows } = await owner.query(
    `select entry_id from audit.entries where actor_id = 'many' and ip is null order by at desc, id desc`,
  )
  expect(seen).toEqual(rows.map(({ entry_id }) => entry_id))
  expect(await get('?action=test.many&to=2026-01-02T00:00:00Z&limit=200')).toHaveProperty(
    'next_cursor',
  )
})

test('A7: every filter keeps what it names and nothing else', async () => {
  const ann: Actor = { kind: 'person', id: 'usr_ann', roles: ['finance'], actingAs: 'usr_bob' }
  await write(ann, act('lot_1', { target: { kind: 'lot', id: 'lot_1' }, reason: 'agreed' }))
  await write(ann, act('lot_2', { target: { kind: 'lot', id: 'lot_2' }, result: 'refused' }))
  const about = async (query: string) => {
    const { items } = await get(`?${query}`)
    return items.map((item: { target_id: string }) => item.target_id)
  }
  expect(await about('actor=usr_ann')).toEqual(['lot_2', 'lot_1'])
  expect(await about('actor=usr_ann&result=refused')).toEqual(['lot_2'])
  expect(await about('target_kind=lot&target_id=lot_1')).toEqual(['lot_1'])
  expect(await about('actor=usr_bob')).toEqual([])
  expect(await about('actor=usr_ann&action=test.other')).toEqual([])
  const [second, first] = (await get('?actor=usr_ann')).items
  expect(await about(`actor=usr_ann&from=${second.at}`)).toContain('lot_2')
  expect(await about(`actor=usr_ann&to=${first.at}`)).toEqual([])
  expect(await about('actor=usr_ann&from=2026-01-01T08:00:00%2B08:00')).toEqual(['lot_2', 'lot_1'])
  for (const action of ['test.thing_viewed', 'test.things_searched', 'audit.read'])
    await write(ann, act('lot_1', { action }))
  expect((await about('actor=usr_ann')).length).toBe(5)
  expect(await about('actor=usr_ann&without_looks=true')).toEqual(['lot_2', 'lot_1'])
  expect(first).toMatchObject({
    actor_roles: ['finance'],
    acting_as: 'usr_bob',
    reason: 'agreed',
    before: null,
    ip: null,
    result: 'done',
  })
})

test('A7: a file tells the same as the pages, and no cell of it is a formula', async () => {
  const after = { amount: 5, status: 'say "hi",\r\nthere' }
  await write(
    { ...systemActor('=1+1'), agent: '@SUM(A1)' },
    act('-2', { after, reason: '+3 为什么' }),
  )
  const rows: Record<string, unknown>[] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page = await get(`?target_kind=thing&limit=200${cursor && `&cursor=${cursor}`}`)
    rows.push(...page.items)
    cursor = page.next_cursor
  }
  expect(rows.length).toBeGreaterThan(1_000)

  const ndjson = await download('?target_kind=thing&format=ndjson')
  expect(ndjson.headers['content-type']).toBe('application/x-ndjson')
  expect(ndjson.headers['content-disposition']).toMatch(
    /^attachment; filename="audit-[\d-]{10}\.ndjson"$/,
  )
  expect(
    ndjson.body
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toEqual(rows)

  const csv = await download('?target_kind=thing&format=csv')
  expect(csv.headers['x-content-type-options']).toBe('nosniff')
  const [names = [], ...lines] = parseCsv(csv.body)
  const shown = (value: unknown) => {
    const text = value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value)
    return /^[=+\-@]/.test(text) ? `'${text}` : text
  }
  expect(lines).toEqual(rows.map((row) => names.map((name) => shown(row[name]))))
  expect(new Set(names)).toEqual(new Set(Object.keys(rows[0] ?? {})))
  expect(lines[0]).toEqual(expect.arrayContaining(["'=1+1", "'@SUM(A1)", "'-2", "'+3 为什么"]))
})

test('A7: what is no cursor, time or filter is refused before anything is read', async () => {
  const refused = async (query: string) => {
    const answer = await world.call('GET', `${TRAIL}${query}`, { as: BOOTSTRAP_KEY })
    return [answer.statusCode, answer.json().code]
  }
  expect(await refused('?cursor=nonsense')).toEqual([400, 'cursor_invalid'])
  for (const query of [
    '?from=yesterday',
    '?from=2026-13-01T00:00:00Z',
    '?to=2026-01-01T24:00:00Z',
    '?limit=0',
    '?limit=201',
    '?result=maybe',
    '?who=me',
    '/export',
    '/export?format=xlsx',
  ])
    expect(await refused(query)).toEqual([400, 'invalid_request'])
  expect((await world.call('GET', TRAIL)).statusCode).toBe(401)
  expect((await world.call('GET', `${TRAIL}/export?format=csv`)).statusCode).toBe(401)
})

/** RFC 4180, every cell quoted. */
const parseCsv = (text: string): string[][] =>
  [...text.matchAll(/((?:"(?:[^"]|"")*",?)+)\r\n/g)].map(([, line = '']) =>
    [...line.matchAll(/"((?:[^"]|"")*)"/g)].map(([, cell = '']) => cell.replaceAll('""', '"')),
  )

test('A3 A6: who may read the trail may have it verified, and that is in it, too', async () => {
  await write(systemActor('test'), act('thing-to-verify'))
  await sealEntries(world)
  const verify = async () =>
    (await world.call('POST', `${TRAIL}/verify`, { as: BOOTSTRAP_KEY })).json()
  expect(await verify()).toMatchObject({ faults: [], last: { block: expect.any(Number) } })
  await owner.query('alter table audit.entries disable trigger user')
  await owner.query("update audit.entries set reason = 'never' where target_id = 'thing-to-verify'")
  const [fault] = (await verify()).faults
  expect(fault).toMatchObject({ table: 'entries', what: 'changed' })
  await owner.query("update audit.entries set reason = null where target_id = 'thing-to-verify'")
  await owner.query('alter table audit.entries enable trigger user')
  const { items } = await get('?action=audit.verified')
  expect(items).toMatchObject([{ after: { result: false } }, { after: { result: true } }])
})
