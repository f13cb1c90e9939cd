import type { PurchaseUnit } from './books.ts'
import type { Money } from './money.ts'
import type { Reading } from './reading.ts'

const REFERENCE_LETTERS_MAX = 256
const CUSTOM_LETTERS_MAX = 255
const INVOICE_LETTERS_MAX = 127
const DESCRIPTION_LETTERS_MAX = 127
const DESCRIPTOR_LETTERS_MAX = 22
const ITEM_LETTERS_MAX = 127
const QUANTITY_LETTERS_MAX = 10

/** What is bought, of which this lab plays one at a time. */
export function readUnit(body: Reading): PurchaseUnit {
  const units = body.list('purchase_units')
  const [unit] = units
  if (units.length > 1) body.malformed('purchase_units', 'INVALID_ARRAY_MAX_ITEMS')
  if (unit === undefined) {
    body.malformed('purchase_units', 'MISSING_REQUIRED_PARAMETER')
    return { ...EMPTY, amount: 0, currency: 'USD' }
  }
  return {
    ...readAmount(unit),
    ...readTexts(unit),
    referenceId: unit.text('reference_id', REFERENCE_LETTERS_MAX) ?? 'default',
    softDescriptor: unit.text('soft_descriptor', DESCRIPTOR_LETTERS_MAX),
  }
}

export function readAmount(unit: Reading): Money {
  const money = unit.needMoney('amount')
  if (money.amount === 0) unit.group('amount').unfit('value', 'CANNOT_BE_ZERO_OR_NEGATIVE')
  checkTotals(unit, money.amount)
  return money
}

export const readTexts = (
  unit: Reading,
): Pick<PurchaseUnit, 'customId' | 'invoiceId' | 'description'> => ({
  customId: unit.text('custom_id', CUSTOM_LETTERS_MAX),
  invoiceId: unit.text('invoice_id', INVOICE_LETTERS_MAX),
  description: unit.text('description', DESCRIPTION_LETTERS_MAX),
})

const EMPTY = {
  referenceId: 'default',
  customId: undefined,
  invoiceId: undefined,
  description: undefined,
  softDescriptor: undefined,
}

const ADDED = ['item_total', 'tax_total', 'shipping', 'handling', 'insurance']
const TAKEN_OFF = ['discount', 'shipping_discount']

/** Whoever lists items or breaks the amount down has to come to the amount. */
function checkTotals(unit: Reading, amount: number): void {
  const items = unit.list('items').map(readItem)
  const group = unit.group('amount')
  const breakdown = group.group('breakdown')
  const itemTotal = breakdown.money('item_total')
  if (items.length > 0 && itemTotal === undefined)
    unit.unfit(
      'amount',
      'ITEM_TOTAL_REQUIRED',
      'Where items are specified, amount.breakdown.item_total is required.',
    )
  else if (items.length > 0 && sumOf(items) !== itemTotal?.amount)
    unit.unfit(
      'amount',
      'ITEM_TOTAL_MISMATCH',
      'Should equal sum of (unit_amount * quantity) across all items for a given purchase_unit.',
    )
  const parts = (names: readonly string[]): number =>
    sumOf(names.map((name) => breakdown.money(name)?.amount ?? 0))
  if (group.has('breakdown') && parts(ADDED) - parts(TAKEN_OFF) !== amount)
    unit.unfit(
      'amount',
      'AMOUNT_MISMATCH',
      'Should equal item_total + tax_total + shipping + handling + insurance - shipping_discount - discount.',
    )
}

const sumOf = (amounts: readonly number[]): number => amounts.reduce((sum, one) => sum + one, 0)

function readItem(item: Reading): number {
  item.needText('name', ITEM_LETTERS_MAX)
  const price = item.needMoney('unit_amount')
  const quantity = item.needText('quantity', QUANTITY_LETTERS_MAX)
  if (/^[1-9]\d*$/.test(quantity)) return price.amount * Number(quantity)
  item.malformed('quantity', 'INVALID_PARAMETER_SYNTAX')
  return 0
}
