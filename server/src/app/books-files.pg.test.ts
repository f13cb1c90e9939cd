import { readFileSync } from 'node:fs'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ownerByExternalId } from '#identity'
import { sealBlocks, verifyLedger } from '#ledger'
import { filesOfBooks, spread } from '../../test/books-files.ts'
import { blocksOf, entriesOf } from '../../test/full-books.ts'
import { brokenLaws } from '../../test/ledger-laws.ts'
import { newKey, openTill } from '../../test/till.ts'
import { openWorld, type TestWorld } from '../../test/world.ts'
import { digestOf } from './csv.ts'
import { importBalances } from './import-balances.ts'
import { newSealing } from './import-file.ts'
import { importHistory } from './import-history.ts'

const { file, run, sweep } = filesOfBooks()

let from: TestWorld
let into: TestWorld
beforeAll(async () => {
  from = await openWorld()
  into = await openWorld()
}, 60_000)
afterAll(async () => {
  for (const world of [from, into]) {
    const owner = new pg.Pool({ connectionString: world.url, max: 1 })
    await sealBlocks(world.db)
    expect(await brokenLaws(owner)).toEqual([])
    expect((await verifyLedger(world.db)).faults).toEqual([])
    await owner.end()
    await world.close()
  }
  sweep()
})

interface Lot {
  readonly remaining: number
  readonly source: string
  readonly priority: number
  readonly expires_at: string | null
}
const lotsOf = async (world: TestWorld, app: string) =>
  (
    (await openTill(world).read(`credits/lots?external_id=${encodeURIComponent(app)}`)).body
      .items as Lot[]
  ).map(({ remaining, source, priority, expires_at }) => [remaining, source, priority, expires_at])

test('L25: balances that were exported come back the same in another house, with source, rank and end; twice is once', async () => {
  const { rich, plain, poor, till } = await spread(from)
  const lot = await till.give(poor, 50)
  await till.post('charge', { external_id: poor, amount: 45 })
  const { owner } = (await till.read(`credits/balance?external_id=${poor}`)).body
  await from.teller.post({
    kind: 'clawback',
    owner,
    asset: 'credit',
    key: newKey(),
    lotId: lot,
    policy: 'debt',
  })
  const out = file()
  const exported = await run(from, 'export', 'balances', '--out', out)
  expect(exported, exported.told).toMatchObject({ code: 0 })
  expect(readFileSync(out, 'utf8')).not.toMatch(/^"?[=+@]/m)

  const dry = await run(into, 'import', 'balances', out, '--dry-run', '--json')
  expect(dry, dry.told).toMatchObject({ code: 0 })
  expect(await entriesOf(into)).toBe(0)
  const imported = await run(into, 'import', 'balances', out, '--json')
  expect(imported, imported.told).toMatchObject({ code: 0 })
  const entries = await entriesOf(into)
  for (const app of [rich, plain]) {
    const [there, here] = [await lotsOf(from, app), await lotsOf(into, app)]
    expect(here.sort()).toEqual(there.sort())
  }
  expect(await openTill(into).balanceOf(poor)).toEqual({ available: 0, held: 0, debt: 45 })

  const rows = JSON.parse(imported.out).rows
  expect(JSON.parse(imported.out)).toMatchObject({ taken: rows, already: 0 })
  const again = await run(into, 'import', 'balances', out)
  expect(again, again.told).toMatchObject({ code: 0 })
  expect(again.out).toContain(`${rows} rows; 0 taken in, ${rows} were there already.`)
  expect(await entriesOf(into)).toBe(entries)
})

test('L25: a file with unsound rows is taken in nowhere, and each such row is named with its reason', async () => {
  const ours = await ownerByExternalId(into, 'somebody-of-ours')
  const before = await entriesOf(into)
  const path = file(
    [
      'external_id,owner,asset,amount,source,expires_at,reason',
      'app-a,,credit,100,purchase,,fine',
      'app-b,,credit,1.5,purchase,,',
      'app-c,,gold,5,,,',
      ',,,5,,,',
      'app-d,,,5,lottery,,',
      'app-e,,,-5,,,',
      ',usr_nobody,,5,,,',
      'app-f,,,5,,tomorrow,',
      'app-g,,,9007199254740992,,,',
      `${ours},,,5,,,`,
    ].join('\n'),
  )
  const refused = await run(into, 'import', 'balances', path)
  expect(refused.code).toBe(1)
  for (const told of [
    'line 3: amount must be a whole number',
    'line 4: there is no asset gold',
    'line 5: external_id or owner is needed',
    'line 6: there is no source lottery',
    'line 7: an amount below 0 is a debt',
    'line 8: there is no owner usr_nobody',
    'line 9: expires_at is a time like',
    'line 10: amount must be a whole number',
    `line 11: ${ours} is an owner of this house`,
    'Nothing was imported.',
  ])
    expect(refused.told).toContain(told)
  expect(refused.told).not.toContain('line 2:')
  expect(await entriesOf(into)).toBe(before)
  const strange = await run(into, 'import', 'balances', file('external_id,amount,expiry\na,1,\n'))
  expect(strange).toMatchObject({
    code: 1,
    told: expect.stringContaining('not known here: expiry'),
  })
})

test('L25: a row with a cell too many or too few, or with quotes that never end, stops the whole file', async () => {
  const before = await entriesOf(into)
  const balances = file(
    'external_id,amount,reason\nalice,5,000\nalice,5\nalice,5,000,x\nbob,7,"off',
  )
  const refused = await run(into, 'import', 'balances', balances)
  expect(refused.code).toBe(1)
  for (const told of [
    'line 3: it has 2 cells, and the first line names 3',
    'line 4: it has 4 cells, and the first line names 3',
    'line 5: the file ends inside the quotes of this row',
  ])
    expect(refused.told).toContain(told)
  const history = file('external_id,kind,amount,at\nalice,grant,5,000,2024-01-01T08:00:00Z\n')
  expect((await run(into, 'import', 'history', history)).told).toContain('line 2: it has 5 cells')
  const header = await run(into, 'import', 'balances', file('external_id,"amount'))
  expect(header).toMatchObject({ code: 1, told: expect.stringContaining('never end') })
  expect(await entriesOf(into)).toBe(before)
})

test('L25: a corrected file gives nothing to those who have rows of the first one, unless asked to give again', async () => {
  const first = file('external_id,amount\ncorrected-1,5\ncorrected-2,7\n')
  expect(await run(into, 'import', 'balances', first)).toMatchObject({ code: 0 })
  const entries = await entriesOf(into)
  const second = file('external_id,amount\ncorrected-1,5\ncorrected-2,8\ncorrected-3,9\n')
  const refused = await run(into, 'import', 'balances', second)
  expect(refused).toMatchObject({ code: 1, told: expect.stringContaining('Nothing was imported') })
  expect(refused.told).toContain('line 2: this account has rows of another file')
  expect(refused.told).toContain('line 3: this account')
  expect(refused.told).not.toContain('line 4:')
  expect(await entriesOf(into)).toBe(entries)
  const again = await run(into, 'import', 'balances', second, '--again')
  expect(again, again.told).toMatchObject({ code: 0 })
  expect(await openTill(into).balanceOf('corrected-2')).toMatchObject({ available: 15 })
  // The file itself may come again: what it gave stands.
  expect(await run(into, 'import', 'balances', second, '--again')).toMatchObject({ code: 0 })
  expect(await entriesOf(into)).toBe(entries + 3)
})

test('L25: a debt is taken in once for an account that has none, for a second one would repay the first', async () => {
  const line = (amount: number) => `indebted,${amount},${amount < 0 ? 'debt' : 'admin'}\n`
  const head = 'external_id,amount,source\n'
  const twice = await run(into, 'import', 'balances', file(head + line(-5) + line(-6)))
  expect(twice).toMatchObject({ code: 1 })
  expect(twice.told).toContain('line 3: another row has a debt of this account')
  const once = file(head + line(-5))
  for (let i = 0; i < 2; i++)
    expect(await run(into, 'import', 'balances', once)).toMatchObject({ code: 0 })
  const more = await run(into, 'import', 'balances', file(head + line(-6)), '--again')
  expect(more.told).toContain('line 2: this account has a debt already')
  expect(await openTill(into).balanceOf('indebted')).toEqual({ available: 0, held: 0, debt: 5 })
})

test('L25: rows that together are more than an account can hold are refused on paper', async () => {
  const most = Number.MAX_SAFE_INTEGER
  const head = 'external_id,amount,source\n'
  const before = await entriesOf(into)
  const much = await run(into, 'import', 'balances', file(`${head}full,${most},\nfull,1,\n`))
  expect(much.told).toContain('line 3: more than an account can hold')
  const debt = await run(
    into,
    'import',
    'balances',
    file(`${head}full,-9,debt\nfull,${most - 8},\n`),
  )
  expect(debt.told).toContain('line 3: more than an account can hold')
  expect(await entriesOf(into)).toBe(before)
  const fits = file(`${head}full,${most - 1},\nfull,1,\n`)
  for (let i = 0; i < 2; i++)
    expect(await run(into, 'import', 'balances', fits)).toMatchObject({ code: 0 })
})

test('L25: an account gets no row behind one that the ledger refused, and goes on beside it', async () => {
  const path = file(
    [
      'external_id,kind,amount,at,ref',
      'halted,grant,5,2024-01-01T00:00:00Z,',
      'halted,charge,6,2024-01-02T00:00:00Z,j',
      'halted,refund,6,2024-01-03T00:00:00Z,j',
      'going-on,grant,7,2024-01-03T00:00:00Z,',
    ].join('\n'),
  )
  const ended = await importHistory(into, path, await digestOf(path), async () => {})
  expect(ended).toEqual({
    ...{ taken: 2, already: 0 },
    faults: [
      { line: 3, reason: 'the ledger refused: insufficient_credits' },
      { line: 4, reason: 'left out: an earlier row of this account was refused' },
    ],
  })
  expect(await openTill(into).balanceOf('halted')).toMatchObject({ available: 5 })
  expect(await openTill(into).balanceOf('going-on')).toMatchObject({ available: 7 })
})

test('L25: history that names one account by external id and by owner is the history of one account', async () => {
  const owner = await ownerByExternalId(into, 'two-names')
  const path = file(
    [
      'external_id,owner,kind,amount,at,ref',
      'two-names,,grant,5,2024-01-01T00:00:00Z,',
      `,${owner},charge,4,2024-01-02T00:00:00Z,j`,
      'two-names,,refund,1,2024-01-03T00:00:00Z,j',
    ].join('\n'),
  )
  const imported = await run(into, 'import', 'history', path)
  expect(imported, imported.told).toMatchObject({ code: 0 })
  expect(await openTill(into).balanceOf('two-names')).toMatchObject({ available: 2 })
})

test('L25: what comes in is sealed while it comes in, and all of it at the end', async () => {
  const rows = Array.from({ length: 600 }, () => 'sealed-often,1')
  const path = file(['external_id,amount', ...rows].join('\n'))
  const owner = await ownerByExternalId(into, 'sealed-often')
  await importBalances(into, path, await digestOf(path), newSealing(into, 200))
  expect((await blocksOf(into, owner)).n).toBe(3)
  const last = await run(
    into,
    'import',
    'balances',
    file('external_id,amount\nsealed-often,1'),
    '--again',
  )
  expect(last, last.told).toMatchObject({ code: 0 })
  expect((await blocksOf(into, owner)).sealed).toBe(601)
})

test('L25: rows that have ended are left out and counted; the file of an import stands in the trail', async () => {
  const path = file(
    'external_id,amount,expires_at\nended-app,5,2020-01-01T00:00:00Z\nended-app,6,\n',
  )
  const imported = await run(into, 'import', 'balances', path, '--json')
  const value = JSON.parse(imported.out)
  expect(value).toMatchObject({ rows: 2, over: 1, taken: 1, faults: [] })
  expect(await openTill(into).balanceOf('ended-app')).toMatchObject({ available: 6 })
  const trail = await openTill(into).read(`admin/audit?target_id=${value.sha256}`)
  expect(trail.body.items).toMatchObject([
    { action: 'credits.imported', after: { kind: 'balances', count: 2 } },
  ])
})

const HISTORY = [
  'external_id,kind,amount,at,description,ref',
  'old-1,grant,100,2024-01-01T08:00:00Z,bought,',
  'old-2,grant,30,2024-01-05T08:00:00Z,,',
  'old-1,charge,60,2024-02-01T08:00:00Z,a video,job-1',
  'old-1,refund,20,2024-02-02T08:00:00Z,broken,job-1',
  'old-2,charge,30,2024-03-01T08:00:00Z,,job-1',
]

test('L25: history is replayed at its own times onto empty accounts, and twice is once', async () => {
  const path = file(HISTORY.join('\r\n'))
  for (let i = 0; i < 2; i++) {
    const before = await entriesOf(into)
    const imported = await run(into, 'import', 'history', path)
    expect(imported, imported.told).toMatchObject({ code: 0 })
    expect((await entriesOf(into)) - before).toBe(i === 0 ? 5 : 0)
    expect(imported.out).toContain(
      i === 0 ? '5 taken in, 0 were there already' : '0 taken in, 5 were there already',
    )
  }
  const till = openTill(into)
  expect(await till.balanceOf('old-1')).toMatchObject({ available: 60 })
  const was = await till.read('credits/balance?external_id=old-1&as_of=2024-02-01T12:00:00Z')
  expect(was.body).toMatchObject({ available: 40 })
  const late = file('external_id,kind,amount,at\nold-1,grant,5,2024-05-01T00:00:00Z\n')
  expect((await run(into, 'import', 'history', late)).told).toContain(
    'line 2: this account has entries already',
  )
})

test('L25: history that the ledger would refuse on the way is refused before the first row is written', async () => {
  const before = await entriesOf(into)
  const path = file(
    [
      HISTORY[0],
      'old-3,grant,10,2024-01-02T00:00:00Z,,',
      'old-3,charge,11,2024-01-03T00:00:00Z,,j',
      'old-3,charge,4,2024-01-03T00:00:00Z,,k',
      'old-3,refund,5,2024-01-04T00:00:00Z,,k',
      'old-3,refund,1,2024-01-04T00:00:00Z,,never',
      'old-3,grant,1,2024-01-01T00:00:00Z,,',
      'old-3,hold,1,2024-01-05T00:00:00Z,,',
      'old-3,grant,1,2999-01-01T00:00:00Z,,',
    ].join('\n'),
  )
  const { told, code } = await run(into, 'import', 'history', path)
  expect(code).toBe(1)
  for (const line of [
    'line 3: charges 11 of 10',
    'line 5: refunds 5 of 4',
    'line 6: a refund needs the ref',
    'line 7: earlier than the row',
    'line 8: kind is grant, charge, refund',
    'line 9: at lies in the future',
  ])
    expect(told).toContain(line)
  expect(await entriesOf(into)).toBe(before)
})
