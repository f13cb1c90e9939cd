import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { idInCell } from '#ledger'
import { hledgerPath } from '../../../tools/programs.mjs'
import { filesOfBooks, spread } from '../../test/books-files.ts'
import { entriesOf } from '../../test/full-books.ts'
import { runCli } from '../../test/server-process.ts'
import { newApp, openTill } from '../../test/till.ts'
import { openWorld, SECRET, type TestWorld } from '../../test/world.ts'
import { csvRows } from './csv.ts'

const { file, folder, run, sweep } = filesOfBooks()
const HLEDGER = hledgerPath()

let from: TestWorld
beforeAll(async () => {
  from = await openWorld()
}, 60_000)
afterAll(async () => {
  await from.close()
  sweep()
})

interface Entry {
  readonly entry_id: string
  readonly kind: string
  readonly amount: number
  readonly reference: { readonly id: string } | null
}

test(`L24: hledger finds the exported journal sound${HLEDGER === undefined ? ' (no hledger on this machine: only its sums are looked at)' : ''}`, async () => {
  const { rich, till } = await spread(from)
  await till.give(newApp(), 1234, { asset: 'coin' })
  await till.give(rich, 3, { source: 'admin', reason: 'two  blanks; a mark | a bar\nand a line' })
  const out = file()
  const exported = await run(from, 'export', 'history', '--format', 'hledger', '--out', out)
  expect(exported, exported.told).toMatchObject({ code: 0 })
  const journal = readFileSync(out, 'utf8')
  expect(journal).toContain('12.34 coin')
  expect(journal.match(/^\d{4}-\d\d-\d\d \(/gm)).toHaveLength(
    await entriesOf(from, 'that move value'),
  )
  if (HLEDGER === undefined) return
  const hledger = (...args: string[]) =>
    execFileSync(HLEDGER, ['-f', `journal:${out}`, ...args], {
      encoding: 'utf8',
      env: { LANG: 'C.UTF-8' },
    })
  hledger('check')
  expect(hledger('balance', '--depth', '1', '--no-total')).toContain('liabilities')
  expect(hledger('balance', '^clearing').trim().split('\n').at(-1)?.trim()).toBe('0')
  // And it does look: one amount changed, and it is not sound any more.
  writeFileSync(out, journal.replace('  -500 credit', '  -501 credit'))
  expect(() => hledger('check')).toThrow()
})

test('L24: an exported entry bears the ids that the API shows, in the CSV and in the journal', async () => {
  const till = openTill(from)
  const [app, other] = [newApp(), newApp()]
  await till.give(app, 90)
  const charge = (await till.post('charge', { external_id: app, amount: 40 })).body
  await till.post('refund', { charge_id: charge.charge_id, amount: 5 })
  const hold = (await till.post('holds', { external_id: app, amount: 20 })).body
  await till.post(`holds/${hold.hold_id}/capture`, { amount: 15 })
  await till.post('transfer', { external_id: app, to_external_id: other, amount: 10 })
  const [csv, journal] = [file(), file()]
  await run(from, 'export', 'history', '--out', csv)
  await run(from, 'export', 'history', '--format', 'hledger', '--out', journal)

  const rows: string[][] = []
  for await (const { cells } of csvRows(csv)) rows.push([...cells])
  const [head = [], ...lines] = rows
  const cellOf = (line: readonly string[], name: string) => line[head.indexOf(name)] ?? ''
  const items = (await till.read(`credits/history?external_id=${app}`)).body.items as Entry[]
  const shown = items.map(({ entry_id, kind, reference }) => [kind, entry_id, reference?.id ?? ''])
  const written = lines
    .filter((line) => cellOf(line, 'external_id') === app)
    .map((line) => ['kind', 'entry_id', 'reference_id'].map((name) => cellOf(line, name)))
  expect(written.reverse()).toEqual(shown)
  expect(new Set(shown.map(([, id]) => id?.slice(0, 4)))).toEqual(
    new Set(['ent_', 'chg_', 'ref_', 'trf_']),
  )
  // A line of the file is enough to act on.
  const [, id] = written.find(([kind]) => kind === 'charge') ?? []
  expect(await till.post('refund', { charge_id: id })).toMatchObject({ body: { amount: 35 } })
  for (const { entry_id, amount } of items)
    expect(readFileSync(journal, 'utf8').includes(`(${entry_id})`)).toBe(amount !== 0)
})

/** Each command is a process of its own, and each takes its time to start where much else is running. */
const FIVE_STARTS_MS = 120_000

test(
  'L24: history as CSV has every entry; a file that is there is never written over; the trail knows',
  async () => {
    const out = file()
    const exported = await run(from, 'export', 'history', '--out', out, '--json')
    expect(JSON.parse(exported.out).rows).toBe(await entriesOf(from))
    expect(readFileSync(out, 'utf8').split('\r\n')[0]).toContain('"external_id"')
    expect((await run(from, 'export', 'history', '--out', out)).code).toBe(1)
    const nowhere = await run(
      from,
      'export',
      'history',
      '--out',
      join(folder, 'no', 'such', 'folder'),
    )
    expect(nowhere).toMatchObject({ code: 1, told: expect.stringContaining('cannot be written') })
    expect(existsSync(`${out}.part`)).toBe(false)
    const some = await run(from, 'export', 'balances', '--asset', 'coin')
    expect(some.out).not.toContain('"credit"')
    const trail = await openTill(from).read('admin/audit?action=credits.exported')
    expect(trail.body.items.length).toBeGreaterThanOrEqual(2)
    expect((await run(from, 'export', 'balances', '--format', 'hledger')).code).toBe(1)
  },
  FIVE_STARTS_MS,
)

test('L24: whoever stops reading an export ends it quietly', async () => {
  // More than a pipe holds, so that it is written when nobody reads any more.
  const give = (n: number) =>
    from.teller.post({
      ...{ kind: 'grant', owner: `usr_reader_${n}`, asset: 'credit', key: `reader-${n}` },
      ...{ lotId: idInCell(from.newId, 'lot', `usr_reader_${n}`), amount: 1n, source: 'purchase' },
    })
  await Promise.all(Array.from({ length: 1_500 }, (_, n) => give(n)))
  const env = { DATABASE_URL: from.url, TONGBAO_SECRET: SECRET, TONGBAO_DATA: folder }
  const { child, ended } = runCli(['export', 'balances'], env)
  child.stdout?.destroy()
  expect(await ended).toMatchObject({ code: 0, err: [] })
})
