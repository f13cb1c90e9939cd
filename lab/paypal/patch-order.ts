import { type Answer, refuse, unprocessable } from './answer.ts'
import type { Order, PurchaseUnit } from './books.ts'
import type { Merchant } from './merchant.ts'
import { readAmount, readTexts } from './purchase-unit.ts'
import { readBody } from './reading.ts'

/**
 * Changes what is to be bought, by the part of RFC 6902 that PayPal documents: all that is asked for, or nothing.
 * PayPal's documents name orders that are CREATED or APPROVED. Those that wait for the payer under a payment source
 * are changed as well, because whoever asks for orders that way could not change one otherwise.
 */
export function patchOrder({ kit }: Merchant, order: Order, body: unknown): Answer {
  const refusal = stateRefusal(order)
  if (refusal) return refusal
  if (!Array.isArray(body) || body.length === 0)
    return refuse(400, [
      { issue: 'MISSING_REQUIRED_PARAMETER', description: 'A list of operations is wanted.' },
    ])
  let { unit } = order
  for (const operation of body) {
    const changed = changedUnit(unit, operation)
    if ('status' in changed) return changed
    unit = changed
  }
  order.unit = unit
  order.updatedAt = kit.now()
  return { status: 204, body: {} }
}

function stateRefusal({ status }: Order): Answer | undefined {
  if (status === 'COMPLETED')
    return unprocessable(
      'ORDER_ALREADY_COMPLETED',
      'The order cannot be patched after it is completed.',
    )
  return status === 'VOIDED'
    ? unprocessable(
        'ORDER_COMPLETED_OR_VOIDED',
        'Order is voided or completed and hence cannot be patched.',
      )
    : undefined
}

const PATH_LETTERS_MAX = 512

function changedUnit(unit: PurchaseUnit, unchecked: unknown): PurchaseUnit | Answer {
  const operation = readBody(unchecked)
  const op = operation.oneOf('op', ['add', 'copy', 'move', 'remove', 'replace', 'test'])
  if (!operation.has('op')) operation.malformed('op', 'MISSING_REQUIRED_PARAMETER')
  const path = operation.text('path', PATH_LETTERS_MAX)
  const refusal = operation.refusal()
  if (refusal) return refusal
  if (path === undefined)
    return unprocessable('PATCH_PATH_REQUIRED', 'Specify a `path` for the field being patched.')
  const place = placeIn(unit, path)
  if (typeof place !== 'string') return place
  const isWhole = place === 'amount'
  if (op === 'copy' || op === 'move' || op === 'test' || (isWhole && op !== 'replace'))
    return notPatchable()
  if (op !== 'add' && !isWhole && unit[FIELDS[place]] === undefined) return nothingThere()
  if (op === 'remove' && !isWhole) return { ...unit, [FIELDS[place]]: undefined }
  if (!operation.has('value'))
    return unprocessable('PATCH_VALUE_REQUIRED', 'Specify a `value` for the field being patched.')
  return unitWith(unit, place, Object(unchecked).value)
}

/** The texts that may be changed, by PayPal's name and by ours. */
const FIELDS = {
  custom_id: 'customId',
  invoice_id: 'invoiceId',
  description: 'description',
} as const
type Place = keyof typeof FIELDS | 'amount'
const PLACES: readonly Place[] = ['amount', 'custom_id', 'invoice_id', 'description']

/** `/purchase_units/@reference_id=='default'/custom_id`: a pointer that finds its element by a name. */
function placeIn({ referenceId }: PurchaseUnit, path: string): Place | Answer {
  if (!path.startsWith('/'))
    return unprocessable('INVALID_JSON_POINTER_FORMAT', 'Path should be a valid JSON Pointer.')
  const [, reference, name] = path.match(/^\/purchase_units\/@reference_id=='([^']*)'\/(.+)$/) ?? []
  if (reference === undefined) return notPatchable()
  if (reference !== referenceId)
    return unprocessable(
      'REFERENCE_ID_NOT_FOUND',
      'Filter expression value is incorrect. Please check the value of the reference_id.',
    )
  return PLACES.find((place) => place === name) ?? notPatchable()
}

/** What is new is read as it would have been in an order that was asked for with it. */
function unitWith(unit: PurchaseUnit, place: Place, value: unknown): PurchaseUnit | Answer {
  const asked = readBody({ [place]: value })
  const changed: PurchaseUnit =
    place === 'amount'
      ? { ...unit, ...readAmount(asked) }
      : { ...unit, [FIELDS[place]]: readTexts(asked)[FIELDS[place]] }
  return asked.refusal() ?? changed
}

const notPatchable = (): Answer => unprocessable('NOT_PATCHABLE', 'Cannot be patched.')

const nothingThere = (): Answer =>
  refuse(400, [
    {
      issue: 'INVALID_PATCH_OPERATION',
      description:
        'The operation cannot be honored. Cannot replace or remove a property that is not present, use add.',
    },
  ])
