import { afterAll, beforeAll, expect, test } from 'vitest'
import { inTx } from '#kernel/db'
import { type JobKind, type Jobs, openJobs } from '#kernel/jobs'
import { BOOTSTRAP_KEY, openWorld, type TestWorld } from '../../test/world.ts'

let world: TestWorld
let jobs: Jobs
const ran: string[] = []
const kinds: JobKind<{ readonly name?: string }>[] = [
  {
    name: 'try.work',
    run: async ({ name = '' }) => {
      ran.push(name)
    },
  },
  {
    name: 'try.doomed',
    attemptsMax: 2,
    run: async ({ name = '' }) => {
      ran.push(name)
      throw new Error('never works')
    },
  },
  {
    name: 'try.clockwork',
    cron: '0 3 * * *',
    run: async () => {
      ran.push('clockwork')
    },
  },
]
beforeAll(async () => {
  world = await openWorld({ start: true })
  jobs = openJobs({
    db: world.db,
    url: world.url,
    role: 'tongbao_app',
    kinds,
    log: world.log,
    pollingSeconds: 0.5,
  })
  await jobs.open()
  await jobs.start()
})
afterAll(async () => {
  await jobs.stop()
  await world.close()
})

const runs = (name: string) =>
  expect.poll(() => ran.filter((one) => one === name).length, { timeout: 25_000 })

test('K5: a job of a committed transaction runs; one of a rolled back transaction never was', async () => {
  await inTx(world.db, (tx) => jobs.enqueue(tx, 'try.work', { name: 'kept' }))
  const lost = inTx(world.db, async (tx) => {
    await jobs.enqueue(tx, 'try.work', { name: 'lost' })
    throw new Error('rolled back')
  })
  await expect(lost).rejects.toThrow('rolled back')
  await runs('kept').toBe(1)
  const { rows } = await world.pool.pg.query(
    `select 1 from pgboss.job where name = 'try.work' and data->>'name' = 'lost'`,
  )
  expect(rows).toEqual([])
})

test('K5: a job that always fails is tried as often as agreed, then lies visibly in the dead letters', async () => {
  await inTx(world.db, (tx) => jobs.enqueue(tx, 'try.doomed', { name: 'doomed' }))
  await expect
    .poll(async () => (await jobs.queues()).find(({ name }) => name === 'try.doomed')?.dead, {
      timeout: 25_000,
    })
    .toBe(1)
  await runs('doomed').toBe(2)
  const [job] = await jobs.recent('try.doomed', 10)
  expect(job).toMatchObject({ state: 'failed', attempts: 2 })
  expect(await jobs.retry('try.doomed', job?.id ?? '')).toBe(true)
})

test('K5: scheduled work can be asked for at once, as when the clock was moved past its time', async () => {
  await jobs.runSchedules()
  await runs('clockwork').toBe(1)
})

test('K5: an operator sees every queue, and a job that cannot run again is said to be none', async () => {
  const get = (path: string) =>
    world.call('GET', `/api/v1/admin/jobs${path}`, { as: BOOTSTRAP_KEY })
  const queues = (await get('')).json().items.map(({ name }: { name: string }) => name)
  expect(queues).toContain('kernel.mail')
  expect((await get('/kernel.mail')).statusCode).toBe(200)
  const retry = await world.call(
    'POST',
    '/api/v1/admin/jobs/kernel.mail/00000000-0000-4000-8000-000000000000/retry',
    { as: BOOTSTRAP_KEY },
  )
  expect([retry.statusCode, retry.json().code]).toEqual([404, 'job_unknown'])
})
