import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Lab, openLab } from '../../../lab/kit/open-lab.ts'
import type { FaultName } from '../../../lab/kit/provider.ts'
import { everyRow, heardIn, secretsOfLab } from '../canaries.ts'
import { dice } from '../dice.ts'
import { type Crowd, type Customer, startCrowd } from '../lab-crowd.ts'
import { apiOf, connect, PAYING, PRODUCT } from '../lab-shop.ts'
import { type Payment, type Way, waysOf } from '../lab-ways.ts'
import { brokenLaws } from '../ledger-laws.ts'
import { LAB_ORDERS, SEED } from '../measure.ts'
import { type MortalServer, openMortalServer } from '../mortal-server.ts'
import { freshDatabase, runCli } from '../server-process.ts'
import { surely } from '../survivors.ts'
import { SECRET } from '../world.ts'

const FAULTS: readonly FaultName[] = [
  ...(['drop_after_commit', 'error_after_commit', 'server_error', 'busy', 'truncate'] as const),
  ...(['latency', 'duplicate', 'reorder', 'delay', 'forge', 'lose'] as const),
]
const SHARE = 0.05
const LATE_MS = 200
const AT_ONCE = 16
/** So many are served between two deaths: those who are in the shop then are a fifth of all, at the least. */
const BETWEEN_DEATHS = Math.min(50, Math.ceil(LAB_ORDERS / 2))
const LONG_MS = 150_000 + LAB_ORDERS * 600
const TURNS_MAX = 400

let url: string
let judge: pg.Pool
let lab: Lab
let server: MortalServer
let crowd: Crowd | undefined
let customers: readonly Customer[]
/** Numbers of payments whose amounts were made to be wrong. */
const spoiled = { lasting: [] as string[], told: [] as string[] }
const ways: readonly Way[] = waysOf(PAYING)
const payerOf = (nth: number): string => `oCanary-${SEED}-${nth}-of-the-crowd`

beforeAll(async () => {
  url = await freshDatabase('migrated')
  judge = new pg.Pool({ connectionString: url, max: 3 })
  const seeded = runCli(['seed', '--preset', 'skyriff'], {
    DATABASE_URL: url,
    TONGBAO_SECRET: SECRET,
  })
  expect((await seeded.ended).code).toBe(0)
  lab = await openLab({ providers: PAYING, scale: 6_000, seed: SEED })
  server = await openMortalServer(url, dice(SEED), () => crowd?.strike())
  await connect(apiOf(server.url), lab, server.url)
  if (lab.names.includes('wechat')) await lab.control('wechat', 'probe', { share: SHARE })
})
afterAll(async () => {
  await lab.close()
  await judge.end()
})

const rows = async (sql: string, values: unknown[] = []) => (await judge.query(sql, values)).rows
const count = async (sql: string) => (await rows(`select count(*)::int as n from (${sql}) x`))[0].n

/** Words that nothing has followed from yet, and money on its way back. */
const told = () =>
  count(
    `select id from payments.events where state = 'waiting' union all
     select id from payments.refunds where state in ('requested', 'approved', 'submitted', 'unknown')`,
  )
/** And whatever a provider is still asked about. */
const asked = async () =>
  (await told()) + (await count('select 1 from payments.attempts where ask_at is not null'))
/** An order that was paid wrongly waits for a person. */
const openOrders = () =>
  count(
    `select 1 from checkout.orders o where state in ('created', 'pending', 'closing') and not exists (
       select 1 from payments.attempts a join payments.facts f on f.attempt_id = a.id where a.subject = o.id)`,
  )

let moves = 0
/** Time is moved, not waited for. */
const pass = async (by: string) => {
  moves += 1
  const { status } = await surely(server.url, 'admin/clock', `clock-key-${moves}`, { by })
  expect(status).toBe(200)
}
const settles = async (what: () => Promise<number>) => {
  for (let turn = 0; turn < TURNS_MAX; turn++) {
    await lab.settled()
    if ((await what()) === 0) return
    await pass('1m')
  }
  expect(await what()).toBe(0)
}

/** Paid, but not what was asked for: Alipay means it, WeChat only says so. */
async function payWrongly(): Promise<void> {
  for (const channel of ['alipay', 'wechat'] as const) {
    const [way] = waysOf(lab.names.filter((name) => name === channel))
    for (let nth = 0; way && nth < 2; nth++) {
      const name = `spoiled-${channel}-${nth}`
      const wish = {
        ...{ external_id: name, product_id: PRODUCT, currency: way.currency },
        ...{ pay_channel: channel, method: way.method },
      }
      const { body } = await surely<Payment & { code?: string }>(
        ...([server.url, 'payments/create', `${name}-order`, wish] as const),
      )
      lab.fault({ fault: 'wrong_amount', provider: channel })
      await way.pay(lab, body)
      const list = channel === 'alipay' ? spoiled.lasting : spoiled.told
      list.push(body.payment_id)
    }
  }
}

/**
 * A refund in a console is told by notifications and by the day's bill, and nobody asks for it. Those that a provider gave
 * up while the server was gone would be found in the bill; until that is read here they are told once more.
 */
async function tellAgain(): Promise<void> {
  for (const { n, state } of lab.deliveries())
    if (state === 'given_up') await lab.replay(n, { fresh: true })
}

test(
  'CK1 PY4: through every fault of providers and through kill -9 all orders come to their end',
  async () => {
    const late: Partial<Record<FaultName, number>> = { latency: LATE_MS, delay: LATE_MS }
    for (const fault of FAULTS) {
      const ms = late[fault]
      lab.fault({ fault, share: SHARE, ...(ms !== undefined && { ms }) })
    }
    const inShop = startCrowd(server.url, lab, {
      ...{ ways, orders: LAB_ORDERS, atOnce: AT_ONCE, seed: SEED, payerOf },
    })
    crowd = inShop
    for (let served = BETWEEN_DEATHS / 2; served < LAB_ORDERS; served += BETWEEN_DEATHS) {
      await inShop.served(served)
      await server.kill()
    }
    customers = await inShop.all
    expect(inShop.struck.size).toBeGreaterThanOrEqual(LAB_ORDERS / 5)
    await server.settleDown()
    await payWrongly()
    await settles(told)
    await tellAgain()
    await pass('31m')
    await settles(openOrders)
    await pass('11m')
    await settles(asked)
    expect(customers).toHaveLength(LAB_ORDERS)
  },
  LONG_MS,
)

const PAID_STATES =
  /^(?:SUCCESS|REFUND|TRADE_SUCCESS|TRADE_CLOSED|succeeded|COMPLETED|(?:PARTIALLY_)?REFUNDED)$/
const BACK_STATES = /^(?:success|succeeded|completed)$/i
const booked = (kind: 'payment' | 'refund') =>
  lab
    .books()
    .filter(
      (line) =>
        line.kind === kind && (kind === 'payment' ? PAID_STATES : BACK_STATES).test(line.state),
    )
const sorted = (list: readonly (readonly unknown[])[]) => list.map((one) => one.join(' ')).sort()

test('CK1 CK5: who paid has what they paid for, once, less what went back; who did not has nothing', async () => {
  const found = new Map(
    (
      await rows(
        `select w.external_id as name, coalesce(a.available, 0)::int as available, coalesce(a.held, 0)::int as held,
                coalesce(a.debt, 0)::int as debt,
                (select count(*)::int from ledger.entries e where e.owner = w.id and e.kind = 'grant') as grants
           from identity.owners w left join ledger.accounts a on a.owner = w.id and a.asset = 'credit'
          where w.external_id is not null`,
      )
    ).map(({ name, ...there }) => [name, there]),
  )
  const wanted = customers.map(({ external_id, isPaid, credits, price, back }) => {
    const taken = Math.ceil((credits * back) / price)
    const available = isPaid ? credits - taken : 0
    return [external_id, { available, held: 0, debt: 0, grants: isPaid ? 1 : 0 }]
  })
  expect(Object.fromEntries(wanted.map(([name]) => [name, found.get(String(name))]))).toEqual(
    Object.fromEntries(wanted),
  )
})

test("PY1: what is known of money is what stands in the providers' books, to the last of it", async () => {
  const facts = await rows(
    `select channel, trade_no, amount::int from payments.facts where disposition <> 'suspense'`,
  )
  const lasting = new Set(spoiled.lasting.map((id) => id.slice('pay_'.length)))
  const paid = booked('payment').filter(({ number }) => !lasting.has(number))
  expect(sorted(facts.map((fact) => [fact.channel, fact.trade_no, fact.amount]))).toEqual(
    sorted(paid.map(({ provider, number, amount }) => [provider, number, amount])),
  )
  const refunds = await rows(
    `select channel, amount::int from payments.refunds where state = 'succeeded'`,
  )
  expect(sorted(refunds.map((one) => [one.channel, one.amount]))).toEqual(
    sorted(booked('refund').map(({ provider, amount }) => [provider, amount])),
  )
  // Σ grants = Σ of what was paid and not sent back, in credits: every order gives the same.
  const [granted] = await rows(
    `select count(*)::int as n, sum(amount)::int as credits from ledger.entries
      where kind = 'grant' and contra <> 'issuance:signup'`,
  )
  const kept = await count(`select 1 from payments.facts where disposition = 'kept'`)
  expect(granted).toEqual({ n: kept, credits: kept * (customers[0]?.credits ?? 0) })
  expect(await rows('select reserved from payments.facts where reserved <> 0')).toEqual([])
})

test('PY2: nothing waits for a person but what was made to, and no event is dead', async () => {
  const suspense = await rows(
    `select f.attempt_id as id, f.why from payments.facts f where disposition = 'suspense'`,
  )
  expect(sorted(suspense.map(({ id, why }) => [id, why]))).toEqual(
    sorted([...spoiled.lasting, ...spoiled.told].map((id) => [id, 'amount_other'])),
  )
  expect(await rows(`select * from payments.events where state <> 'done'`)).toEqual([])
  expect(await rows(`select * from payments.refunds where state <> 'succeeded'`)).toEqual([])
})

test('L22: the books verify clean', async () => {
  expect(await brokenLaws(judge)).toEqual([])
  const verified = await runCli(['verify'], {
    DATABASE_URL: url,
    TONGBAO_SECRET: SECRET,
  }).ended
  expect([verified.code, verified.err]).toEqual([0, expect.anything()])
})

test('PY7 T70: no secret and nobody who paid is in a log line, a problem, the trail or any table', {
  timeout: LONG_MS,
}, async () => {
  await server.stop()
  const canaries = [
    ...secretsOfLab(lab, PAYING),
    ...Array.from({ length: LAB_ORDERS }, (_, nth) => payerOf(nth)),
    ...ways.flatMap(({ more }) => Object.values(more).map(String)),
  ]
  const places: Record<string, string> = {
    log: server.said(),
    problems: crowd?.problems() ?? '',
    ...(await everyRow(judge)),
  }
  // Where nothing was kept nothing can be found.
  for (const place of ['log', 'problems', 'audit.entries', 'kernel.outbox', 'payments.facts'])
    expect([place, places[place]?.length]).not.toEqual([place, 0])
  expect(heardIn(places, canaries)).toEqual([])
  // A canary that is there is heard.
  expect(heardIn({ planted: `x${canaries[0]}x` }, canaries)).toHaveLength(1)
})
