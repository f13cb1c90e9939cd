import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import type { LabReply } from '../kit/provider.ts'
import { shanghaiDay } from '../kit/shanghai.ts'
import { type Answer, isRefusal, ok, type Refusal, refuse } from './answer.ts'
import {
  BILL_TYPES,
  type Bill,
  billBytes,
  fundFlowBill,
  type Movement,
  movementsOf,
  tradeBill,
} from './bill.ts'
import { type BillSpoil, type Merchant, newToken } from './merchant.ts'
import type { Call } from './routes.ts'

const DAY_MS = 86_400_000
/** Three months, near enough. */
const KEPT_MS = 92 * DAY_MS
/** The address of a file works so long. */
const DOWNLOAD_MS = 5 * 60_000
const DOWNLOADS_MAX = 100
const ACCOUNT_TYPES = ['BASIC', 'OPERATION', 'FEES']

export function requestTradeBill(merchant: Merchant, call: Call): Answer {
  const asked = call.query.get('bill_type') ?? 'ALL'
  const type = BILL_TYPES.find((one) => one === asked)
  if (!type) return wrong('bill_type', `one of ${BILL_TYPES.join(', ')}`)
  return handOut(merchant, call, (movements) => tradeBill(merchant, movements, type))
}

export function requestFundFlowBill(merchant: Merchant, call: Call): Answer {
  const type = call.query.get('account_type') ?? 'BASIC'
  if (!ACCOUNT_TYPES.includes(type))
    return wrong('account_type', `one of ${ACCOUNT_TYPES.join(', ')}`)
  // The other two accounts of this merchant are empty.
  return handOut(merchant, call, (movements) =>
    fundFlowBill(merchant, type === 'BASIC' ? movements : []),
  )
}

const wrong = (field: string, issue: string): Refusal =>
  refuse(400, 'PARAM_ERROR', `${field}: ${issue}`, { field, issue, location: 'query' })

function handOut(
  merchant: Merchant,
  { query, origin }: Call,
  make: (movements: readonly Movement[]) => Bill,
): Answer {
  const tarType = query.get('tar_type')
  if (tarType !== null && tarType !== 'GZIP') return wrong('tar_type', 'GZIP or nothing')
  const day = dayOf(merchant, query.get('bill_date'))
  if (isRefusal(day)) return day
  const spoil = merchant.billSpoil
  merchant.billSpoil = undefined
  if (spoil === 'creating') return refuse(400, 'STATEMENT_CREATING', 'the bill is being made')
  const movements = movementsOf(merchant, day.day)
  const bill = make(movements)
  if (bill.rows.length === 0 || spoil === 'none')
    return refuse(400, 'NO_STATEMENT_EXIST', 'nothing happened on that day')
  const { bytes, hash } = spoiled(merchant, bill, spoil)
  const token = newToken(32)
  merchant.downloads.set(token, {
    bytes: tarType === 'GZIP' ? gzipSync(bytes) : bytes,
    expiresAt: merchant.kit.now() + DOWNLOAD_MS,
  })
  for (const [old] of merchant.downloads) {
    if (merchant.downloads.size <= DOWNLOADS_MAX) break
    merchant.downloads.delete(old)
  }
  return ok({
    hash_type: 'SHA1',
    hash_value: hash,
    download_url: `${origin}/v3/billdownload/file?token=${token}`,
  })
}

/** The real one appears at ten in the morning; this one when the day is over. */
function dayOf({ kit }: Merchant, unchecked: string | null): { day: string } | Refusal {
  const isDay = /^\d{4}-\d\d-\d\d$/.test(unchecked ?? '')
  const at = isDay ? Date.parse(`${unchecked}T00:00:00+08:00`) : Number.NaN
  if (unchecked === null || Number.isNaN(at)) return wrong('bill_date', 'a day: 2026-11-21')
  if (unchecked >= shanghaiDay(kit.now()))
    return refuse(400, 'NO_STATEMENT_EXIST', 'that day is not over')
  if (kit.now() - at > KEPT_MS) return wrong('bill_date', 'three months back at most')
  return { day: unchecked }
}

/** The bytes and the hash that is said to be theirs, of the file before it is packed. */
function spoiled(
  merchant: Merchant,
  bill: Bill,
  spoil: BillSpoil | undefined,
): { readonly bytes: Buffer; readonly hash: string } {
  const whole = billBytes(spoil === undefined ? bill : altered(merchant, bill, spoil))
  const bytes = spoil === 'truncated' ? whole.subarray(0, Math.floor(whole.length / 2)) : whole
  const sha1 = createHash('sha1').update(bytes).digest('hex')
  return { bytes, hash: spoil === 'hash' ? '0'.repeat(sha1.length) : sha1 }
}

function altered(merchant: Merchant, bill: Bill, spoil: BillSpoil): Bill {
  const inRows = (from: RegExp, to: string): Bill => ({
    ...bill,
    rows: bill.rows.map((cells) => cells.map((cell) => cell.replace(from, to))),
  })
  if (spoil === 'mchid') return inRows(new RegExp(`^${merchant.mchid}$`), '1999999999')
  if (spoil === 'date') return inRows(/^\d{4}(?=-\d\d-\d\d \d\d:\d\d:\d\d$)/, '2019')
  if (spoil !== 'footer') return bill
  const [count = '', ...rest] = bill.sums
  return { ...bill, sums: [count, ...rest.map((amount) => amount.replace(/\d/, '9$&'))] }
}

/** Unsigned: whoever fetches a bill compares its hash. */
export function downloadBill(merchant: Merchant, token: string | null): LabReply | Refusal {
  const found = merchant.downloads.get(token ?? '')
  if (!found || found.expiresAt <= merchant.kit.now())
    return refuse(404, 'RESOURCE_NOT_EXISTS', 'the address is not, or no longer, that of a file')
  return {
    status: 200,
    headers: { 'content-type': 'application/octet-stream' },
    body: found.bytes,
  }
}
