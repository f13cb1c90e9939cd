import { OrderStatus, type Patch, PatchOp } from '@paypal/paypal-server-sdk'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ORDER, openShop, type Shop } from './shop.ts'

let shop: Shop
beforeEach(async () => {
  shop = await openShop()
})
afterEach(() => shop[Symbol.asyncDispose]())

const at = (name: string, reference = 'default'): string =>
  `/purchase_units/@reference_id=='${reference}'/${name}`
const replace = (name: string, value: unknown): Patch => ({
  op: PatchOp.Replace,
  path: at(name),
  value,
})
const CLOSED = replace('custom_id', 'closed')

async function placed(): Promise<string> {
  const { result } = await shop.orders.createOrder({ body: ORDER })
  return result.id ?? ''
}
const patch = async (id: string, ...body: Patch[]): Promise<number> =>
  (await shop.orders.patchOrder({ id, body })).statusCode
const unitOf = async (id: string) => (await shop.orders.getOrder({ id })).result.purchaseUnits?.[0]

const refusedWith = (issue: string, statusCode = 422) =>
  expect.objectContaining({
    statusCode,
    result: expect.objectContaining({ details: [expect.objectContaining({ issue })] }),
  })

test('what is to be bought is changed until it is captured, and is captured as it is by then', async () => {
  const id = await placed()
  const changedAt = async () => (await shop.orders.getOrder({ id })).result.updateTime
  const before = await changedAt()
  shop.kit.pass(1_000)
  const amount = { currency_code: 'USD', value: '10.00' }
  expect(await patch(id, replace('amount', amount), CLOSED)).toBe(204)
  expect(await changedAt()).not.toBe(before)
  await shop.do('approve', { order: id })
  expect(
    await patch(id, replace('invoice_id', 'i2'), {
      ...{ op: PatchOp.Add, path: at('description'), value: 'New' },
    }),
  ).toBe(204)
  expect(await unitOf(id)).toMatchObject({
    amount: { value: '10.00' },
    ...{ customId: 'closed', invoiceId: 'i2', description: 'New' },
  })
  expect(await patch(id, { op: PatchOp.Remove, path: at('custom_id') })).toBe(204)
  await shop.orders.captureOrder({ id })
  const capture = (await unitOf(id))?.payments?.captures?.[0]
  expect(capture).toMatchObject({ amount: { value: '10.00' }, invoiceId: 'i2' })
  expect(capture?.customId).toBeUndefined()
})

test('an order that waits for the payer under a payment source is changed, too', async () => {
  const body = {
    ...ORDER,
    paymentSource: { paypal: { experienceContext: { returnUrl: 'https://shop.example/back' } } },
  }
  const { result } = await shop.orders.createOrder({ body, paypalRequestId: 'a1' })
  expect(result.status).toBe(OrderStatus.PayerActionRequired)
  expect(await patch(result.id ?? '', CLOSED)).toBe(204)
  expect(await unitOf(result.id ?? '')).toMatchObject({ customId: 'closed' })
})

test('nothing is changed of an order that is captured, let go, or not there', async () => {
  const captured = await placed()
  await shop.do('approve', { order: captured })
  await shop.orders.captureOrder({ id: captured })
  await expect(patch(captured, CLOSED)).rejects.toEqual(refusedWith('ORDER_ALREADY_COMPLETED'))
  expect((await unitOf(captured))?.customId).not.toBe('closed')
  const gone = await placed()
  await shop.do('approve', { order: gone })
  await shop.do('reverse_approval', { order: gone })
  await expect(patch(gone, CLOSED)).rejects.toEqual(refusedWith('ORDER_COMPLETED_OR_VOIDED'))
  await expect(patch('NONE', CLOSED)).rejects.toEqual(refusedWith('INVALID_RESOURCE_ID', 404))
})

test.each<[string, Patch | undefined, string, number]>([
  ['nothing', undefined, 'MISSING_REQUIRED_PARAMETER', 400],
  ['no path', { op: PatchOp.Replace, value: 'x' }, 'PATCH_PATH_REQUIRED', 422],
  ['a path that is none', { ...CLOSED, path: 'custom_id' }, 'INVALID_JSON_POINTER_FORMAT', 422],
  ['another unit', { ...CLOSED, path: at('custom_id', 'b') }, 'REFERENCE_ID_NOT_FOUND', 422],
  ['a place that is not played', replace('reference_id', 'x'), 'NOT_PATCHABLE', 422],
  ['a place of the order', { ...CLOSED, path: '/intent' }, 'NOT_PATCHABLE', 422],
  ['a test', { ...CLOSED, op: PatchOp.Test }, 'NOT_PATCHABLE', 422],
  ['no amount', { op: PatchOp.Remove, path: at('amount') }, 'NOT_PATCHABLE', 422],
  ['what is not there', replace('description', 'x'), 'INVALID_PATCH_OPERATION', 400],
  ['no value', { op: PatchOp.Replace, path: at('custom_id') }, 'PATCH_VALUE_REQUIRED', 422],
  ['a long text', replace('custom_id', 'x'.repeat(256)), 'INVALID_STRING_LENGTH', 400],
  [
    'an amount of nothing',
    replace('amount', { currency_code: 'USD', value: '0.00' }),
    ...(['CANNOT_BE_ZERO_OR_NEGATIVE', 422] as const),
  ],
])(
  '%s is refused, and what stands before it is not done either',
  async (_, wrong, issue, status) => {
    const id = await placed()
    const body = wrong === undefined ? [] : [CLOSED, wrong]
    await expect(patch(id, ...body)).rejects.toEqual(refusedWith(issue, status))
    expect(await unitOf(id)).toMatchObject({ customId: ORDER.purchaseUnits[0]?.customId })
  },
)
