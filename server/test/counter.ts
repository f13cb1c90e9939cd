import pg from 'pg'
import { expect } from 'vitest'
import { systemActor } from '#audit'
import { seedCatalog } from '#catalog'
import { openCheckout, payeeOf } from '#checkout'
import { accounts, keyMakers } from '#credits'
import type { Facts } from '#kernel/outcome'
import { verifyLedger } from '#ledger'
import { brokenLaws } from './ledger-laws.ts'
import { brokenMoneyLaws } from './money-laws.ts'
import {
  type Knock,
  merchantOf,
  numberOf,
  type Payment,
  SANDBOX_SECRET,
  shopper,
} from './shopper.ts'
import { openWorld, type TestWorld } from './world.ts'

const TURNS_MAX = 50

/** A shop of one's own: products, ways to pay, a shopper; nothing is brought on until a test says so. */
export async function openCounter(options: Parameters<typeof openWorld>[0] = {}) {
  const world = await openWorld(options)
  const judge = new pg.Pool({ connectionString: world.url, max: 2 })
  await layOut(world)
  const read = async (text: string, values: unknown[] = []) =>
    (await judge.query(text, values)).rows
  return {
    world,
    judge,
    read,
    ...shopper(knockAt(world)),
    /** What the doors of payments are handed, for words that the sandbox does not say. */
    deps: {
      ...{ db: world.db, clock: world.clock, newId: world.newId, log: world.log },
      payee: payeeOf({ ...world, production: false }),
    },
    /** Looks at what is due until nothing is. */
    settle: async (): Promise<void> => {
      for (let turn = 0; turn < TURNS_MAX; turn++)
        if ((await world.payments.janitor.turn()) === 0) return
      throw new Error('there is always something due')
    },
    pass: (ms: number): void => world.clock.shift(world.clock.shiftMs + ms),
    run: (job: string): Promise<void> => runJob(world, job),
    factsOf: (payment: Payment) =>
      read('select * from payments.facts where trade_no = $1 order by id', [numberOf(payment)]),
    refundsOf: (payment: Payment) =>
      read(
        `select r.* from payments.refunds r join payments.facts f on f.id = r.fact_id
          where f.trade_no = $1 order by r.id`,
        [numberOf(payment)],
      ),
    orderOf: async (payment: Payment) =>
      (await read('select * from checkout.orders where id = $1', [payment.order_id]))[0],
    eventsOf: (payment: Payment) =>
      read(`select * from payments.events where facts::text like '%' || $1 || '%' order by id`, [
        numberOf(payment),
      ]),
    /** Whatever the tests of a file have done, these hold. */
    close: async (): Promise<void> => {
      expect(await brokenMoneyLaws(judge)).toEqual([])
      expect(await brokenLaws(judge)).toEqual([])
      expect((await verifyLedger(world.db)).faults).toEqual([])
      await judge.end()
      await world.close()
    },
  }
}
export type Counter = Awaited<ReturnType<typeof openCounter>>

const knockAt =
  (world: TestWorld): Knock =>
  async (method, path, asking = {}) => {
    const reply = await world.call(method, path, asking as Parameters<TestWorld['call']>[2])
    return { status: reply.statusCode, body: reply.body === '' ? undefined : readBody(reply.body) }
  }

export function readBody(text: string) {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

async function layOut(world: TestWorld): Promise<void> {
  const seeded = await seedCatalog(world, 'skyriff')
  expect(seeded.ok).toBe(true)
  const open = (channel: string, name: string, settings: Facts = {}, secrets: Facts = {}) =>
    world.payments.openUnlessThere(
      channel,
      name,
      {
        ...{ merchant: merchantOf(name), livemode: false, enabled: true, settings, secrets },
        ...{ minorMin: 1n, minorMax: 5_000_000n },
      },
      systemActor('test'),
    )
  await open('sandbox', 'main', {}, { signing_secret: SANDBOX_SECRET })
  await open('sandbox', 'second', {}, { signing_secret: `${SANDBOX_SECRET} of the second` })
  await open('balance', 'main')
  await open('offline', 'main', { instructions: 'Bank of tests, account 1' })
}

/** A job as the queue would run it. */
async function runJob(world: TestWorld, name: string): Promise<void> {
  const checkout = openCheckout({
    ...world,
    ...{ publicUrl: 'http://localhost:7300', production: false, whichAccount: accounts(world) },
    ...{ refundLimit: world.config.refundLimit, concludeTopUp: async () => {} },
    ...{ isTopUpDue: async () => false, makerOf: keyMakers(world.db) },
  })
  const kind = [...world.payments.jobs, ...checkout.jobs].find((one) => one.name === name)
  if (!kind) throw new Error(`there is no job ${name}`)
  await kind.run({})
}
