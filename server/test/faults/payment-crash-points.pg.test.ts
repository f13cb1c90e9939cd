import pg from 'pg'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { CRASH_POINTS } from '#kernel/crash-points'
import { type Lab, openLab } from '../../../lab/kit/open-lab.ts'
import { apiOf, connect, PRODUCT } from '../lab-shop.ts'
import { type Payment, waysOf } from '../lab-ways.ts'
import { brokenLaws } from '../ledger-laws.ts'
import {
  freePort,
  freshDatabase,
  runCli,
  type ServerProcess,
  startServer,
} from '../server-process.ts'
import { look, surely } from '../survivors.ts'
import { SECRET } from '../world.ts'

/** Those on the way of money; the others are passed by whoever spends credits. */
const POINTS = CRASH_POINTS.filter((point) => /^(?:hook|payment|refund)\./.test(point))
const LONG_MS = 120_000

let lab: Lab
let url: string
let judge: pg.Pool
const started: ServerProcess[] = []
beforeAll(async () => {
  lab = await openLab({ providers: ['wechat'], scale: 1_000 })
  url = await freshDatabase('migrated')
  judge = new pg.Pool({ connectionString: url, max: 2 })
  const env = { DATABASE_URL: url, TONGBAO_SECRET: SECRET }
  expect((await runCli(['seed', '--preset', 'skyriff'], env).ended).code).toBe(0)
})
// Whether its test was passed or failed, it must not stand in the way of the next.
afterEach(async () => {
  for (const { child } of started) child.kill('SIGKILL')
  await Promise.all(started.splice(0).map(({ ended }) => ended))
})
afterAll(async () => {
  expect(await brokenLaws(judge)).toEqual([])
  await judge.end()
  await lab.close()
})

type Told = Payment & { readonly code?: string }
/** As a page that waits would: until it stands so, and whatever becomes of the server meanwhile. */
const becomes = (base: string, { payment_id }: Payment, status: string) =>
  expect
    .poll(
      async () => {
        const found = await look(base, `payments/${payment_id}`).catch(() => undefined)
        return found && 'status' in found ? found.status : undefined
      },
      { timeout: LONG_MS / 2 },
    )
    .toBe(status)

test.each(POINTS)(
  'CK1 CK5 T31: a server that dies at %s gives once what was paid, and takes once what went back',
  async (point) => {
    const [way] = waysOf(lab.names)
    if (!way) throw new Error('the lab has no WeChat')
    // A port of its own: a test that was late must not answer for the next one.
    const PORT = String(await freePort())
    const env = { PORT, TONGBAO_PUBLIC_URL: `http://127.0.0.1:${PORT}` }
    const server = await startServer(url, { ...env, TONGBAO_CRASH_AT: point })
    started.push(server)
    await connect(apiOf(server.url), lab, env.TONGBAO_PUBLIC_URL)
    const external_id = `payer-at-${point}`
    const lifeOfAPayment = async (): Promise<Payment> => {
      const wish = { external_id, product_id: PRODUCT, pay_channel: 'wechat' }
      const key = `${point}-order`
      const { body } = await surely<Told>(server.url, 'payments/create', key, wish)
      await way.pay(lab, body)
      await becomes(server.url, body, 'paid')
      const back = { amount: 1_000, reason: 'too much' }
      const path = `payments/${body.payment_id}/refunds`
      expect((await surely<Told>(server.url, path, `${point}-back`, back)).status).toBe(201)
      await becomes(server.url, body, 'partially_refunded')
      return body
    }
    const life = lifeOfAPayment()
    life.catch(() => {}) // told below
    // Nobody killed it but itself: an end by signal has no code.
    expect(await Promise.race([server.ended, life])).toMatchObject({ code: null })
    started.push(await startServer(url, env))
    const { payment_id } = await life
    await lab.settled()
    expect(await look(server.url, `credits/balance?external_id=${external_id}`)).toMatchObject({
      ...{ available: 400, held: 0, debt: 0 },
    })
    const { rows } = await judge.query(
      `select f.disposition, f.reserved::int, f.refunded::int,
              (select count(*)::int from payments.refunds r where r.fact_id = f.id) as refunds
         from payments.facts f where f.attempt_id = $1`,
      [payment_id],
    )
    expect(rows).toEqual([{ disposition: 'kept', reserved: 0, refunded: 1_000, refunds: 1 }])
  },
  LONG_MS,
)
