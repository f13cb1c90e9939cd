import { expect, test } from 'vitest'
import { pressWaiting } from '../kit/still-kit.ts'
import { chinaTime } from './china-time.ts'
import { fieldsOf, openStage, order } from './stage.ts'

const NUMBER = { out_trade_no: 'order_1' }
const PAGE = { out_trade_no: 'page_1', product_code: 'FAST_INSTANT_TRADE_PAY' }

test('T37: what nobody has scanned is no trade; closing it finds none, and it can still be paid', async () => {
  await using stage = await openStage()
  await stage.exec('alipay.trade.precreate', order())
  for (const call of ['query', 'close'])
    expect(await stage.exec(`alipay.trade.${call}`, NUMBER)).toMatchObject({
      code: '40004',
      subCode: 'ACQ.TRADE_NOT_EXIST',
    })
  expect(await stage.control('pay', NUMBER)).toMatchObject({ trade_status: 'TRADE_SUCCESS' })
  expect(await stage.exec('alipay.trade.query', NUMBER)).toMatchObject({
    code: '10000',
    tradeStatus: 'TRADE_SUCCESS',
    totalAmount: '88.88',
  })
})

test.each(['certificate', 'key'] as const)(
  'both gateways say the same of a payment, signed as the official client wants it: %s mode',
  async (mode) => {
    await using stage = await openStage()
    const sdk = await stage.sdk(mode)
    const { data: made } = await sdk.curl('POST', '/v3/alipay/trade/precreate', { body: order() })
    expect(made.qr_code).toMatch(/^https:\/\/qr\.alipay\.com\/\w+$/)
    await stage.control('scan', { qr_code: made.qr_code })
    const waiting = { trade_status: 'WAIT_BUYER_PAY', buyer_pay_amount: '0.00' }
    const ask = async () =>
      (await sdk.curl('POST', '/v3/alipay/trade/query', { body: NUMBER })).data
    expect(await ask()).toMatchObject(waiting)
    await stage.control('pay', { qr_code: made.qr_code })
    const paid = await ask()
    expect(paid).toMatchObject({ trade_status: 'TRADE_SUCCESS', buyer_pay_amount: '88.88' })
    const old = await sdk.exec(
      'alipay.trade.query',
      { timestamp: chinaTime(stage.now()), bizContent: { trade_no: paid.trade_no } },
      { validateSign: true },
    )
    expect(old).toMatchObject({
      code: '10000',
      outTradeNo: 'order_1',
      tradeStatus: 'TRADE_SUCCESS',
      sendPayDate: paid.send_pay_date,
    })
  },
)

test('T52: of two who pay the same code one does', async () => {
  await using stage = await openStage()
  const { qrCode } = await stage.exec('alipay.trade.precreate', order())
  const payments = await Promise.allSettled(
    [1, 2].map(() => stage.control('pay', { qr_code: qrCode })),
  )
  expect(payments).toMatchObject([
    { value: { trade_status: 'TRADE_SUCCESS' } },
    { reason: { message: 'ACQ.TRADE_HAS_SUCCESS' } },
  ])
  expect(stage.provider.books()).toHaveLength(1)
})

test('the same number is the same order, and anything else under it is refused', async () => {
  await using stage = await openStage()
  const first = await stage.exec('alipay.trade.precreate', order())
  expect(await stage.exec('alipay.trade.precreate', order())).toEqual(first)
  for (const other of [{ total_amount: '88.87' }, { subject: 'another' }])
    expect(await stage.exec('alipay.trade.precreate', order(other))).toMatchObject({
      subCode: 'ACQ.CONTEXT_INCONSISTENT',
    })
  await stage.control('pay', NUMBER)
  expect(await stage.exec('alipay.trade.precreate', order())).toMatchObject({
    subCode: 'ACQ.TRADE_HAS_SUCCESS',
  })
})

test.each([
  [{ out_trade_no: 'a-b' }, 'a number with a stroke'],
  [{ out_trade_no: 'x'.repeat(65) }, 'a number too long'],
  [{ total_amount: '0.00' }, 'nothing'],
  [{ total_amount: '1.234' }, 'parts of a fen'],
  [{ total_amount: '1e2' }, 'an amount with an exponent'],
  [{ total_amount: '１.00' }, 'an amount in other figures'],
  [{ total_amount: 88.88 }, 'an amount that has been a float'],
  [{ total_amount: '-1.00' }, 'less than nothing'],
  [{ total_amount: '100000000.01' }, 'more than a hundred million'],
  [{ subject: 'a/b' }, 'a subject with a stroke'],
  [{ subject: 'a=b' }, 'a subject with an equals sign'],
  [{ subject: 'a&b' }, 'a subject with an ampersand'],
  [{ subject: '' }, 'no subject'],
  [{ subject: '字'.repeat(257) }, 'a subject too long'],
  [{ body: '字'.repeat(129) }, 'a body too long'],
  [{ product_code: 'FAST_INSTANT_TRADE_PAY' }, 'the product of another call'],
  [{ seller_id: '2088000000000099' }, 'somebody else as the seller'],
  [{ time_expire: '2026-02-30 00:00:00' }, 'an end that is no day'],
  [{ time_expire: '2099-01-01 00:00:00' }, 'an end too far off'],
  [{ timeout_express: '16d' }, 'a time too long'],
])('an order with %o is refused: %s', async (more, _what) => {
  await using stage = await openStage()
  expect(await stage.exec('alipay.trade.precreate', order(more))).toMatchObject({
    code: '40004',
    subCode: 'ACQ.INVALID_PARAMETER',
  })
  await expect(stage.control('pay', NUMBER)).rejects.toThrow('no such order')
})

test.each([
  'ftp://127.0.0.1/x',
  'http://127.0.0.1/a b',
  'hooks',
  `http://127.0.0.1/${'x'.repeat(256)}`,
])('nobody is told at %s', async (notify_url) => {
  await using stage = await openStage()
  expect(await stage.exec('alipay.trade.precreate', order(), { notify_url })).toMatchObject({
    subCode: 'ACQ.INVALID_PARAMETER',
  })
})

test('after its end an order is paid by nobody; one that was scanned is found closed', async () => {
  await using stage = await openStage()
  const time_expire = chinaTime(stage.now() + 60_000)
  for (const out_trade_no of ['seen', 'unseen'])
    await stage.exec('alipay.trade.precreate', order({ out_trade_no, time_expire }))
  await stage.control('scan', { out_trade_no: 'seen' })
  stage.pass(61_000)
  for (const out_trade_no of ['seen', 'unseen'])
    await expect(stage.control('pay', { out_trade_no })).rejects.toThrow('ACQ.TRADE_HAS_CLOSE')
  expect(await stage.exec('alipay.trade.query', { out_trade_no: 'seen' })).toMatchObject({
    tradeStatus: 'TRADE_CLOSED',
  })
  expect(await stage.exec('alipay.trade.query', { out_trade_no: 'unseen' })).toMatchObject({
    subCode: 'ACQ.TRADE_NOT_EXIST',
  })
  expect(stage.sent.map((one) => fieldsOf(one)['trade_status'])).toEqual(['TRADE_CLOSED'])
  expect(await stage.exec('alipay.trade.precreate', order({ time_expire }))).toMatchObject({
    subCode: 'ACQ.NOW_TIME_AFTER_EXPIRE_TIME_ERROR',
  })
})

test('an order that names no moment stays open for a time of the lab, not of the world', async () => {
  await using stage = await openStage()
  await stage.exec('alipay.trade.precreate', order({ timeout_express: '90m' }))
  // The lab's clock runs sixty times as fast: a minute and a half.
  stage.pass(89_000)
  expect(await stage.control('scan', NUMBER)).toMatchObject({ trade_status: 'WAIT_BUYER_PAY' })
  stage.pass(2_000)
  await expect(stage.control('pay', NUMBER)).rejects.toThrow('ACQ.TRADE_HAS_CLOSE')
})

test('closing ends what was scanned, and nothing that was paid', async () => {
  await using stage = await openStage()
  for (const out_trade_no of ['open', 'paid'])
    await stage.exec('alipay.trade.precreate', order({ out_trade_no }))
  await stage.control('scan', { out_trade_no: 'open' })
  await stage.control('pay', { out_trade_no: 'paid' })
  const close = (out_trade_no: string) => stage.exec('alipay.trade.close', { out_trade_no })
  expect(await close('open')).toMatchObject({ code: '10000' })
  expect(await close('open')).toMatchObject({ subCode: 'ACQ.TRADE_HAS_CLOSE' })
  expect(await close('paid')).toMatchObject({ subCode: 'ACQ.TRADE_STATUS_ERROR' })
  await expect(stage.control('pay', { out_trade_no: 'open' })).rejects.toThrow(
    'ACQ.TRADE_HAS_CLOSE',
  )
  expect(stage.provider.books()).toMatchObject([{ number: 'paid', state: 'TRADE_SUCCESS' }])
})

test('another amount is paid only while the fault strikes, and then everybody is told of it', async () => {
  await using stage = await openStage()
  await stage.exec('alipay.trade.precreate', order())
  await expect(stage.control('pay', { ...NUMBER, amount: '0.01' })).rejects.toThrow()
  stage.faults.add('wrong_amount')
  expect(await stage.control('pay', { ...NUMBER, amount: '0.01' })).toMatchObject({
    total_amount: '0.01',
  })
  const fields = fieldsOf(stage.sent[0])
  expect(fields).toMatchObject({ total_amount: '0.01', out_trade_no: 'order_1' })
  expect((await stage.sdk()).checkNotifySignV2(fields)).toBe(true)
  expect(stage.provider.books()).toMatchObject([{ amount: 1 }])
})

const visit = async (address: string, action?: string) =>
  fetch(address, {
    redirect: 'manual',
    ...(action !== undefined && { method: 'POST', body: new URLSearchParams({ action }) }),
  })

test('a page leads to the cashier, where signing in makes the trade and paying pays it', async () => {
  await using stage = await openStage()
  const sdk = await stage.sdk('key')
  const address = sdk.pageExecute('alipay.trade.page.pay', 'GET', {
    timestamp: chinaTime(stage.now()),
    notify_url: 'http://127.0.0.1:9/hooks',
    return_url: 'http://127.0.0.1:9/back?from=alipay',
    bizContent: order(PAGE),
  })
  const gate = await visit(address)
  expect(gate.status).toBe(302)
  const cashier = new URL(gate.headers.get('location') ?? '', address).href
  expect(await (await visit(cashier)).text()).toContain('学习点数 100% + 礼物')
  expect(await stage.exec('alipay.trade.query', PAGE)).toMatchObject({
    subCode: 'ACQ.TRADE_NOT_EXIST',
  })
  await visit(cashier, 'enter')
  expect(await stage.exec('alipay.trade.query', PAGE)).toMatchObject({
    tradeStatus: 'WAIT_BUYER_PAY',
  })
  const back = new URL((await visit(cashier, 'pay')).headers.get('location') ?? '')
  const { from, ...told } = Object.fromEntries(back.searchParams)
  expect(from).toBe('alipay')
  expect(told).toMatchObject({
    out_trade_no: 'page_1',
    total_amount: '88.88',
    method: 'alipay.trade.page.pay.return',
  })
  expect(sdk.checkNotifySignV2(told)).toBe(true)
  expect(fieldsOf(stage.sent[0])).toMatchObject({ trade_status: 'TRADE_SUCCESS' })
})

test('a phone page can be left again', async () => {
  await using stage = await openStage()
  const address = (await stage.sdk()).pageExecute('alipay.trade.wap.pay', 'GET', {
    timestamp: chinaTime(stage.now()),
    bizContent: order({ product_code: 'QUICK_WAP_WAY', quit_url: 'http://127.0.0.1:9/shop' }),
  })
  const gate = await visit(address)
  const cashier = new URL(gate.headers.get('location') ?? '', address).href
  expect((await visit(cashier, 'quit')).headers.get('location')).toBe('http://127.0.0.1:9/shop')
  expect(stage.provider.books()).toEqual([])
})

test('a page that was changed on its way is refused on a page', async () => {
  await using stage = await openStage()
  const address = (await stage.sdk()).pageExecute('alipay.trade.page.pay', 'GET', {
    timestamp: chinaTime(stage.now()),
    bizContent: order(PAGE),
  })
  const cheap = await visit(address.replace('88.88', '00.01'))
  expect(cheap.status).toBe(400)
  expect(await cheap.text()).toContain('isv.invalid-signature')
})

test('v3 has no pages', async () => {
  await using stage = await openStage()
  const call = (await stage.sdk()).curl('POST', '/v3/alipay/trade/page/pay', { body: order(PAGE) })
  await expect(call).rejects.toMatchObject({ code: 'invalid-method', responseHttpStatus: 400 })
})

test('what waits for a payer or a bank has a button for each thing they can do, until they did', async () => {
  await using stage = await openStage()
  const waiting = () => stage.provider.waiting?.() ?? []
  await stage.exec('alipay.trade.precreate', order())
  const what = 'precreate order_1 88.88 CNY 学习点数 100% + 礼物'
  expect(waiting()).toMatchObject([{ what }])
  await pressWaiting(stage.provider, 'scan')
  expect(waiting()[0]?.buttons.map(({ control }) => control)).toEqual(['pay', 'close_by_timeout'])
  await pressWaiting(stage.provider, 'pay')
  expect(waiting()).toEqual([])
  await stage.control('refund_outcome', { ...NUMBER, outcome: 'pending' })
  await stage.exec('alipay.trade.refund', {
    ...{ out_trade_no: 'order_1', refund_amount: '1.00', out_request_no: 'r1' },
  })
  expect(waiting()).toMatchObject([{ what: 'refund under way r1 1.00 CNY' }])
  await pressWaiting(stage.provider, 'success')
  await stage.exec('alipay.trade.precreate', order({ out_trade_no: 'order_2' }))
  await pressWaiting(stage.provider, 'expire')
  expect(waiting()).toEqual([])
})
