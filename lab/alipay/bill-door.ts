import { randomBytes } from 'node:crypto'
import type { LabReply, LabRequest } from '../kit/provider.ts'
import { type Ask, textOf } from './ask.ts'
import { packBill, rowsOf } from './bill.ts'
import { parseChinaDay } from './china-time.ts'
import { failed, type Said, yes } from './said.ts'
import type { Shop } from './shop.ts'

const HOUR_MS = 3_600_000
/** Nine in the morning of the day after. */
const READY_AFTER_MS = 33 * HOUR_MS
/** By the machine's clock: on the lab's nobody could fetch it in time. */
const ADDRESS_LASTS_MS = 30_000
const PATH = '/downloadBillFile.resource'

export function billAddress(shop: Shop, { content, origin }: Ask): Said {
  if (textOf(content, 'bill_type') !== 'trade')
    return failed('INVAILID_ARGUMENTS', '入参不合法: bill_type')
  const day = textOf(content, 'bill_date')
  const from = parseChinaDay(day)
  if (day === undefined || from === undefined)
    return failed('INVAILID_ARGUMENTS', '入参不合法: bill_date')
  const ready = shop.early.has(day) || shop.kit.now() >= from + READY_AFTER_MS
  if (!ready || rowsOf(shop, day).length === 0) return failed('BILL_NOT_EXIST', '账单不存在')
  const token = randomBytes(16).toString('hex')
  shop.bills.set(token, { day, expiresAt: shop.kit.now() + ADDRESS_LASTS_MS })
  const query = new URLSearchParams({
    bizType: 'trade',
    userId: `${shop.seller.id}0156`,
    fileType: 'csv.zip',
    bizDates: day.replaceAll('-', ''),
    downloadFileName: `${shop.seller.id}0156_${day.replaceAll('-', '')}.csv.zip`,
    fileId: token,
  })
  return yes({ bill_download_url: `${origin}${PATH}?${query}` })
}

/** Who knows the address may fetch, for as long as it lasts; nobody signs. */
export function fetchBill(shop: Shop, { method, url }: LabRequest): LabReply | undefined {
  if (url.pathname !== PATH) return undefined
  const bill = shop.bills.get(url.searchParams.get('fileId') ?? '')
  if (method !== 'GET' || !bill || bill.expiresAt <= shop.kit.now())
    return { status: 403, headers: { 'content-type': 'text/html' }, body: '下载链接已失效' }
  return {
    status: 200,
    headers: {
      'content-type': 'application/octet-stream',
      'content-disposition': `attachment; filename=${url.searchParams.get('downloadFileName')}`,
    },
    body: packBill(shop, bill.day),
  }
}
