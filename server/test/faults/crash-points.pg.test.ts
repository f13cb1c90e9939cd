import pg from 'pg'
import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest'
import { CRASH_POINTS, type CrashPoint } from '#kernel/crash-points'
import { dice } from '../dice.ts'
import { brokenLaws } from '../ledger-laws.ts'
import { SEED } from '../measure.ts'
import { brokenPages } from '../pages.ts'
import { withDatabase } from '../postgres.ts'
import { freePort, freshDatabase, type ServerProcess, startServer } from '../server-process.ts'
import { look, startLoad, surely } from '../survivors.ts'

const OWNERS = 6
const LONG_MS = 180_000

let judge: pg.Pool
let url: string
const started: ServerProcess[] = []
beforeAll(async () => {
  url = await freshDatabase('migrated')
  judge = new pg.Pool({ connectionString: url, max: 2 })
})
// Whether its test was passed or failed, it must not stand in the way of the next.
afterEach(async () => {
  for (const { child } of started) child.kill('SIGKILL')
  await Promise.all(started.splice(0).map(({ ended }) => ended))
})
afterAll(async () => {
  expect(await brokenLaws(judge)).toEqual([])
  const superuser = inject('superuserUrl')
  const name = new URL(url).pathname.slice(1)
  expect(await brokenPages(superuser && withDatabase(superuser, name))).toEqual([])
  await judge.end()
})

// What everybody's commands pass by themselves is passed at a moment that the seed chooses.
const BY_THE_LOAD: ReadonlySet<CrashPoint> = new Set([
  'teller.before_send',
  'teller.answered',
  'hold.placed',
  'transfer.arrived',
  'grant.before_commit',
  'grant.committed',
  'relay.before_commit',
])
const NTH_MAX = 12

/** What leads there, asked as a careful client does: until it is answered, with the same key. */
const provoke = (base: string, point: CrashPoint): Promise<void> | undefined => {
  if (point === 'account.owner_made') return newcomer(base)
  if (point === 'expiry.midway') return endings(base)
  if (point === 'price.before_commit' || point === 'price.committed') return price(base, point)
  return undefined
}

async function newcomer(base: string): Promise<void> {
  const want = { external_id: 'newcomer', amount: 5, source: 'promo' }
  const told = await surely(base, 'credits/grants', 'newcomer-key-1', want)
  expect(told).toMatchObject({ status: 201, body: { balance: { available: 5 } } })
}

/** Lots of several owners end at once; the sweeper is half through with them. */
async function endings(base: string): Promise<void> {
  const names = Array.from({ length: 8 }, (_, i) => `ending-${i}`)
  const { now } = await look(base, 'admin/clock')
  const expires_at = new Date(Date.parse(now) + 30_000).toISOString()
  for (const external_id of names) {
    const want = { external_id, amount: 7, source: 'promo', expires_at }
    await surely(base, 'credits/grants', `${external_id}-key`, want)
  }
  await surely(base, 'admin/clock', 'clock-key-1', { by: '60s' })
  const written = `select count(*)::int as count from ledger.entries e join identity.owners o on o.id = e.owner
    where o.external_id like 'ending-%' and e.kind = 'expire'`
  // The sweeper comes every minute; a moved clock calls it at once.
  const swept = async () => {
    await surely(base, 'admin/clock', 'clock-key-2', { by: '1s' })
    return (await judge.query(written)).rows[0].count
  }
  await expect.poll(swept, { timeout: 45_000, interval: 500 }).toBe(8)
  for (const external_id of names)
    expect(await look(base, `credits/balance?external_id=${external_id}`)).toMatchObject({
      available: 0,
    })
}

/** One version, whether its author was told or not: who asks again is told that it is there. */
async function price(base: string, point: CrashPoint): Promise<void> {
  const action = point.replace('.', '_')
  const rule = { base: 5 }
  const want = { action, rule, after_version: 0, reason: 'a price that meets a crash' }
  const { status, body } = await surely(base, 'admin/prices', `${action}-key`, want)
  if (status !== 201) expect([status, body.code]).toEqual([409, 'price_moved_on'])
  expect(status).toBe(point === 'price.committed' ? 409 : 201)
  const facts = [`%${action}%`]
  for (const [what, sql] of Object.entries({
    version: 'select version from credits.prices where action like $1',
    line: `select 1 from audit.entries where action = 'credits.price_published' and target_id like $1`,
    event: `select 1 from kernel.outbox where topic = 'credits.price_published' and data::text like $1`,
  }))
    expect([what, (await judge.query(sql, facts)).rows.length]).toEqual([what, 1])
  const charged = { external_id: 'newcomer-of-prices', amount: 5, source: 'promo' }
  await surely(base, 'credits/grants', `${action}-grant`, charged)
  const paid = await surely(base, 'credits/charge', `${action}-charge`, {
    external_id: charged.external_id,
    action,
  })
  expect(paid).toMatchObject({ status: 200, body: { balance: { available: 0 } } })
}

// Those on the way of money are passed in a file of their own, by somebody who pays.
const POINTS = CRASH_POINTS.filter((point) => !/^(?:hook|payment|refund)\./.test(point))

test.each(POINTS)(
  'L13 K15: a server that dies at %s leaves every acknowledged command there once, and none half',
  async (point) => {
    const nth = BY_THE_LOAD.has(point) ? 1 + dice(SEED + point.length).below(NTH_MAX) : 1
    // A port of its own: a test that was late must not answer for the next one.
    const PORT = String(await freePort())
    const server = await startServer(url, { PORT, TONGBAO_CRASH_AT: `${point}:${nth}` })
    started.push(server)
    const name = point.replaceAll(/[._]/g, '-')
    const load = startLoad(server.url, { owners: OWNERS, seed: SEED, name })
    const asked = provoke(server.url, point)
    asked?.catch(() => {}) // told below
    // Nobody killed it but itself: an end by signal has no code.
    const died = await Promise.race([server.ended, load.more(Number.MAX_SAFE_INTEGER)])
    expect(died, died?.err.join('\n')).toMatchObject({ code: null })
    started.push(await startServer(url, { PORT }))
    await load.more(3 * OWNERS)
    await asked
    await load.settle()
    expect(await brokenLaws(judge)).toEqual([])
  },
  LONG_MS,
)
