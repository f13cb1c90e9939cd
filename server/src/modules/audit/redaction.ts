import type { Facts, Json } from '#kernel/outcome'
import { KEPT_DEPTH_MAX, KEPT_ITEMS_MAX, KEPT_LETTERS_MAX } from './limits.ts'

export const HIDDEN = '…'

/**
 * The only fields of `before` and `after` whose values are written down. A new field stays out until
 * somebody has decided that it names no person and opens no door: not a name, an address, a number
 * somebody can be paid at, a text somebody typed, a code or key that is worth something.
 */
const KEPT: ReadonlySet<string> = new Set([
  'action', 'actor', 'amount', 'amount_cny', 'asset', 'attempts', 'available', 'balance',
  'balance_credits', 'bucket', 'captured', 'channel', 'charge_id', 'count', 'created_at', 'credits',
  'currency', 'days', 'debt', 'effective_at', 'enabled', 'ends_at', 'environment', 'expires_at',
  'fee', 'fields', 'format', 'from', 'granted', 'held', 'hold_id', 'interval', 'invoice_id', 'kind',
  'limit', 'locale', 'lot_id', 'mode', 'order_id', 'owner_id', 'payment_id', 'period', 'plan_id',
  'price', 'price_version', 'priority', 'product_id', 'proposal_id', 'quantity', 'queue', 'rate_bps',
  'refund_id', 'refusal', 'remaining', 'result', 'returned', 'role', 'roles', 'scopes', 'shift_ms',
  'source', 'starts_at', 'state', 'status', 'subscription_id', 'target_id', 'target_kind', 'task_id',
  'tax', 'theme', 'time_zone', 'to', 'unit', 'version', 'withdrawal_id', 'work_id',
]) // biome-ignore format: a list reads better packed

/** Keeps the values of allowed fields; of all others only that they were there. */
export const redact = (facts: Facts): Facts => keepFields(facts, 1)

const keepFields = (facts: Facts, depth: number): Facts => {
  const kept: Record<string, Json> = {}
  for (const [name, value] of Object.entries(facts).slice(0, KEPT_ITEMS_MAX)) {
    if (KEPT.has(name)) kept[name] = keep(value, depth)
    // A name that does not look like ours may be data itself, as in `{ "13800138000": true }`.
    else kept[/^[a-z][a-z0-9_]{0,39}$/.test(name) ? name : HIDDEN] = HIDDEN
  }
  return kept
}

const keep = (value: Json, depth: number): Json => {
  if (typeof value === 'string') return value.slice(0, KEPT_LETTERS_MAX).toWellFormed()
  if (typeof value !== 'object' || value === null) return value
  if (depth === KEPT_DEPTH_MAX) return HIDDEN
  if (isList(value)) return value.slice(0, KEPT_ITEMS_MAX).map((item) => keep(item, depth + 1))
  return keepFields(value, depth + 1)
}

// Array.isArray alone does not narrow a readonly array out of the union.
const isList = (value: Json): value is readonly Json[] => Array.isArray(value)

const PRIVATE = [
  /[^\s@<>"',;]{1,64}@[^\s@<>"',;]{3,255}/g, // an e-mail address; bounded, so that no text is slow
  /\d(?:[ -]?\d){9,}/g, // a telephone, identity card, bank card or account
  /[\w+/=.-]{40,}/g, // a key or token: longer than any id of ours
]

/** What people type is kept, for an approval without its reason is none; what is private in it is not. */
export const mask = (text: string): string =>
  PRIVATE.reduce((masked, pattern) => masked.replace(pattern, HIDDEN), text)
