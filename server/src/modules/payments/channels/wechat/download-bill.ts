import { hash } from 'node:crypto'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { type Bill, type Said, unknown, yes } from '../../channel.ts'
import { call, saidOf } from './call.ts'
import { type Fields, textIn } from './fields.ts'
import type { Desk } from './judge-message.ts'
import { BILL_BYTES_MAX, BILL_TEXT_BYTES_MAX } from './limits.ts'
import { momentAt, signedRequest } from './request-signature.ts'
import type { Merchant } from './settings.ts'

const unpack = promisify(gunzip)

/** The trade bill of a day in Shanghai: first its address and its hash, then the file. */
export async function downloadBill(
  desk: Desk,
  account: Merchant,
  day: string,
): Promise<Said<Bill>> {
  const query = new URLSearchParams({ bill_date: day, bill_type: 'ALL', tar_type: 'GZIP' })
  const told = await call(desk, account, { method: 'GET', path: `/v3/bill/tradebill?${query}` })
  if (told.told === 'refused' && told.code === 'NO_STATEMENT_EXIST')
    return yes({ text: '', digest: hash('sha1', '') })
  if (told.told === 'refused' && told.code === 'STATEMENT_CREATING') return unknown(told.code)
  if (told.told !== 'done') return saidOf(told)
  const place = placeOf(told.fields)
  return place ? fetchFile(desk, account, place) : unknown('answer_incomplete')
}

interface Place {
  readonly path: string
  readonly sha1: string
}

// The file is fetched from where the account is, whatever host the address names: what signs as the merchant goes
// nowhere else.
function placeOf(fields: Fields): Place | undefined {
  const address = textIn(fields, 'download_url') ?? ''
  const sha1 = textIn(fields, 'hash_value')?.toLowerCase() ?? ''
  if (fields['hash_type'] !== 'SHA1' || !/^[0-9a-f]{40}$/.test(sha1)) return undefined
  if (!URL.canParse(address)) return undefined
  const { pathname, search } = new URL(address)
  return pathname.startsWith('/v3/') ? { path: pathname + search, sha1 } : undefined
}

// The file is not signed: its hash is, for it came in an answer.
async function fetchFile(
  { ground }: Desk,
  account: Merchant,
  { path, sha1 }: Place,
): Promise<Said<Bill>> {
  const asking = { method: 'GET', path, bytesMax: BILL_BYTES_MAX } as const
  const request = signedRequest(account, asking, momentAt(ground.now()))
  if (request === undefined) return unknown('account_unusable')
  const answered = await ground.ask(request)
  if (answered.lost) return unknown(answered.why)
  // The address lives for minutes only; whoever asks again is given another.
  if (answered.status !== 200) return unknown(`status_${answered.status}`)
  const bytes = await unpacked(answered.body)
  if (bytes === undefined || hash('sha1', bytes) !== sha1) return unknown('bill_digest')
  const text = textOf(bytes)
  return text === undefined ? unknown('bill_text') : yes({ text, digest: sha1 })
}

const isGzip = (bytes: Buffer): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b

async function unpacked(bytes: Buffer): Promise<Buffer | undefined> {
  if (!isGzip(bytes)) return bytes
  try {
    return await unpack(bytes, { maxOutputLength: BILL_TEXT_BYTES_MAX })
  } catch {
    return undefined
  }
}

/** Without the mark at its start, which says how it is written and nothing else. */
function textOf(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}
