import { hash } from 'node:crypto'
import { type Bill, type Ground, no, type Said, unknown, yes } from '../../channel.ts'
import { addressOf, callAlipay, textOf } from './gateway.ts'
import { BILL_ADDRESSES_MAX, BILL_BYTES_MAX, BILL_PACKED_BYTES_MAX } from './limits.ts'
import type { AlipayAccount } from './settings.ts'
import { listZip, unzip } from './zip.ts'

export async function downloadBill(
  ground: Ground,
  account: AlipayAccount,
  day: string,
): Promise<Said<Bill>> {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) return no('day_malformed')
  let why = ''
  for (let i = 0; i < BILL_ADDRESSES_MAX; i++) {
    const address = await billAddress(ground, account, day)
    if (address.said === 'no' && NO_BILL.has(address.code)) return yes(billOf(Buffer.alloc(0), ''))
    if (address.said !== 'yes') return address
    const bill = await fetchBill(ground, address.value)
    if (typeof bill !== 'string') return yes(bill)
    why = bill
  }
  return unknown(why)
}

// The published list of codes and what the gateway sends are not the same.
const NO_BILL: ReadonlySet<string> = new Set([
  'BILL_NOT_EXIST',
  'NO_BILL_DATA',
  'isp.bill_not_exist',
  'isp.bill-not-exist',
  'bill_not_exist',
])

async function billAddress(
  ground: Ground,
  account: AlipayAccount,
  day: string,
): Promise<Said<string>> {
  const said = await callAlipay(ground, account, {
    method: 'GET',
    path: 'alipay/data/dataservice/bill/downloadurl/query',
    query: { bill_type: 'trade', bill_date: day },
  })
  if (said.said !== 'yes') return said
  const url = URL.parse(textOf(said.value.fields, 'bill_download_url') ?? '')
  if (!url || !/^https?:$/.test(url.protocol)) return unknown('a bill without an address')
  // Alipay writes http; a bill that anybody on the way could rewrite is none.
  if (addressOf(account, '')?.protocol === 'https:') url.protocol = 'https:'
  return yes(url.href)
}

/** The bill, or why there is none at this address. */
async function fetchBill(ground: Ground, url: string): Promise<Bill | string> {
  const answered = await ground.ask({ method: 'GET', url, bytesMax: BILL_PACKED_BYTES_MAX })
  if (answered.lost) return answered.why
  if (answered.status !== 200) return `the bill's address answers with status ${answered.status}`
  const entries = listZip(answered.body)
  if (!entries) return 'the bill is no archive'
  const [details, ...others] = entries.filter(({ name }) => /业务明细(?!.*汇总)/.test(name))
  if (!details || others.length > 0) return 'the archive has no list of trades, or several'
  const bytes = await unzip(answered.body, details, BILL_BYTES_MAX)
  if (!bytes) return 'the list of trades cannot be unpacked'
  const text = fromGbk(bytes)
  return text === undefined ? 'the list of trades is not in GBK' : billOf(bytes, text)
}

const billOf = (bytes: Buffer, text: string): Bill => ({ text, digest: hash('sha256', bytes) })

function fromGbk(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('gb18030', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}
