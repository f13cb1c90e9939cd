import { hash } from 'node:crypto'
import { crc32, deflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { alipaySides, hasVectors, type Line, vectorText } from '../../../../../test/alipay-side.ts'
import { openAlipay } from './index.ts'
import { listZip, unzip } from './zip.ts'

const alipaySide = alipaySides(openAlipay)

const ADDRESS = '/v3/alipay/data/dataservice/bill/downloadurl/query'
const DAY = '2026-11-20'

// GBK, letter by letter: what the decoder reads as this letter is how it is written.
const gbk = (() => {
  const table = new Map<string, number>()
  for (let high = 0x81; high <= 0xfe; high++)
    for (let low = 0x40; low <= 0xfe; low++) {
      const letter = new TextDecoder('gbk').decode(Buffer.from([high, low]))
      if (letter.length === 1 && !table.has(letter)) table.set(letter, (high << 8) | low)
    }
  return (text: string) =>
    Buffer.from(
      [...text].flatMap((letter) => {
        const code = letter < '\x80' ? undefined : table.get(letter)
        return code === undefined ? [letter.charCodeAt(0)] : [code >> 8, code & 255]
      }),
    )
})()

interface Packed {
  readonly name: string | Buffer
  readonly bytes: Buffer
  readonly stored?: true
  /** What is written of it instead of what is so. */
  readonly lies?: {
    readonly size?: number
    readonly crc?: number
    readonly flags?: number
    readonly method?: number
  }
}

function zip(entries: readonly Packed[], comment = ''): Buffer {
  const locals: Buffer[] = []
  const centrals: Buffer[] = []
  let offset = 0
  for (const { name, bytes, stored, lies = {} } of entries) {
    const label = typeof name === 'string' ? gbk(name) : name
    const data = stored ? bytes : deflateRawSync(bytes)
    const shared = Buffer.alloc(26)
    shared.writeUInt16LE(20, 0)
    shared.writeUInt16LE(lies.flags ?? 0, 2)
    shared.writeUInt16LE(lies.method ?? (stored ? 0 : 8), 4)
    shared.writeUInt32LE(lies.crc ?? crc32(bytes), 10)
    shared.writeUInt32LE(data.length, 14)
    shared.writeUInt32LE(lies.size ?? bytes.length, 18)
    shared.writeUInt16LE(label.length, 22)
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), shared, label, data])
    const rest = Buffer.alloc(14)
    rest.writeUInt32LE(offset, 10)
    centrals.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\0'), shared, rest, label]))
    locals.push(local)
    offset += local.length
  }
  const central = Buffer.concat(centrals)
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06')
  end.writeUInt16LE(entries.length, 8)
  end.writeUInt16LE(entries.length, 10)
  end.writeUInt32LE(central.length, 12)
  end.writeUInt32LE(offset, 16)
  end.writeUInt16LE(comment.length, 20)
  return Buffer.concat([...locals, central, end, Buffer.from(comment)])
}

const TEXT = '#支付宝业务明细查询\n#账号：[20880211096256330156]\n支付宝交易号,商户订单号\n'
const DETAILS = { name: '20880211096256330156_20261120_业务明细.csv', bytes: gbk(TEXT) }
const TOTALS = { name: '20880211096256330156_20261120_业务明细(汇总).csv', bytes: gbk('#汇总\n') }

const open = (
  files: Line | readonly Line[],
  address: Line | readonly Line[] = {
    body: {
      bill_download_url: 'https://dwbillcenter.alipay.com/downloadBillFile.resource?fileId=1',
    },
  },
  settings = {},
) => {
  const side = alipaySide({
    script: { [ADDRESS]: address, '/downloadBillFile.resource': files },
    settings,
  })
  return { side, bill: () => side.channel.downloadBill(side.account, DAY) }
}

test('PY1: the list of trades is unpacked and read out of GBK, and its bytes are hashed', async () => {
  const { side, bill } = open({ body: zip([TOTALS, DETAILS]) })
  expect(await bill()).toEqual({
    said: 'yes',
    value: { text: TEXT, digest: hash('sha256', DETAILS.bytes) },
  })
  expect(new URL(side.asked[0]?.url ?? '').search).toBe(`?bill_type=trade&bill_date=${DAY}`)
})

test.skipIf(!hasVectors)(
  'PY1: a bill as Alipay writes it comes through to the letter',
  async () => {
    const sample = vectorText('alipay-trade-bill-sample.utf8.csv')
    const said = await open({ body: zip([{ ...DETAILS, bytes: gbk(sample) }, TOTALS]) }).bill()
    expect(said.said === 'yes' && said.value.text).toBe(sample)
  },
)

test.each(['BILL_NOT_EXIST', 'NO_BILL_DATA', 'isp.bill_not_exist'])(
  'T66: a day without a bill (%s) is an empty one',
  async (code) => {
    const { side, bill } = open([], { status: 400, body: { code } })
    expect(await bill()).toEqual({ said: 'yes', value: { text: '', digest: hash('sha256', '') } })
    expect(side.asked).toHaveLength(1)
  },
)

test('T66: an address that died on the way is asked for once more, and once only', async () => {
  const good: Line = { body: zip([DETAILS]) }
  for (const bad of [
    { status: 403, body: 'expired' },
    { body: '<html>expired</html>' },
    { body: '', how: 'lost' },
    { body: zip([DETAILS]).subarray(0, -30) },
  ] satisfies Line[]) {
    const { side, bill } = open([bad, good])
    expect((await bill()).said).toBe('yes')
    expect(side.asked).toHaveLength(4)
    const dead = open([bad])
    expect((await dead.bill()).said).toBe('unknown')
    expect(dead.side.asked).toHaveLength(4)
  }
})

test('PY6: a bill is fetched over TLS whatever Alipay writes, but where the gateway itself is local', async () => {
  const address = {
    body: {
      bill_download_url: 'http://dwbillcenter.alipay.com/downloadBillFile.resource?fileId=1',
    },
  }
  const { side, bill } = open({ body: zip([DETAILS]) }, address)
  expect((await bill()).said).toBe('yes')
  expect(side.asked[1]?.url).toMatch(/^https:/)
  const lab = open({ body: zip([DETAILS]) }, address, { gateway: 'http://127.0.0.1:7400' })
  expect((await lab.bill()).said).toBe('yes')
  expect(lab.side.asked[1]?.url).toMatch(/^http:/)
  for (const bill_download_url of ['file:///etc/passwd', 'data:,x', '', 7])
    expect((await open([], { body: { bill_download_url } }).bill()).said).toBe('unknown')
})

test('PY4: refusals and losses are what they are, and a day that is none is not asked for', async () => {
  expect(await open([], { status: 400, body: { code: 'invalid_arguments' } }).bill()).toMatchObject(
    { said: 'no' },
  )
  expect((await open([], { body: '', how: 'lost' }).bill()).said).toBe('unknown')
  const { side } = open([])
  expect((await side.channel.downloadBill(side.account, '2026-11')).said).toBe('no')
  expect(side.asked).toEqual([])
})

test.each<[string, readonly Packed[]]>([
  ['no list of trades', [TOTALS]],
  ['two lists of trades', [DETAILS, { ...DETAILS, name: '2_业务明细.csv' }]],
  ['another checksum', [{ ...DETAILS, lies: { crc: 1 } }]],
  ['another size', [{ ...DETAILS, lies: { size: DETAILS.bytes.length + 1 } }]],
  ['a bomb', [{ name: DETAILS.name, bytes: Buffer.alloc(5_000_000), lies: { size: 100 } }]],
  ['a bomb that says so', [{ ...DETAILS, lies: { size: 0xfffffffe } }]],
  ['a path', [DETAILS, { ...TOTALS, name: '../../x.csv' }]],
  ['a path of Windows', [DETAILS, { ...TOTALS, name: '..\\x.csv' }]],
  ['a secret', [{ ...DETAILS, lies: { flags: 1 } }]],
  ['another way of packing', [{ ...DETAILS, lies: { method: 14 } }]],
  ['bytes that are no GBK', [{ ...DETAILS, bytes: Buffer.from([0x81, 0x20, 0xff]) }]],
  ['a crowd', [DETAILS, ...Array.from({ length: 16 }, () => TOTALS)]],
])('T62: an archive with %s is no bill', async (_, entries) => {
  expect((await open({ body: zip(entries) }).bill()).said).toBe('unknown')
})

test('T62: names in utf-8, entries that are not packed, and a comment are understood', async () => {
  const name = Buffer.from(DETAILS.name)
  const said = await open({
    body: zip([{ ...DETAILS, name, stored: true, lies: { flags: 0x800 } }], 'made by a tool'),
  }).bill()
  expect(said).toMatchObject({ said: 'yes', value: { text: TEXT } })
})

test('T62: no more is unpacked than was allowed', async () => {
  const archive = zip([DETAILS])
  const [entry] = listZip(archive) ?? []
  const unpacked = (max: number) => entry && unzip(archive, entry, max)
  expect(await unpacked(DETAILS.bytes.length)).toEqual(DETAILS.bytes)
  expect(await unpacked(DETAILS.bytes.length - 1)).toBeUndefined()
})

test('T62: whatever byte of an archive is changed or cut, it is read as it was, or not at all', async () => {
  const whole = zip([DETAILS, TOTALS])
  const read = async (archive: Buffer) => {
    const entry = listZip(archive)?.[0]
    return entry && (await unzip(archive, entry, 1_000_000))
  }
  await fc.assert(
    fc.asyncProperty(
      fc.nat(whole.length - 1),
      fc.integer({ min: 1, max: 255 }),
      fc.boolean(),
      async (at, change, cut) => {
        const copy = cut ? Buffer.from(whole.subarray(0, at)) : Buffer.from(whole)
        if (!cut) copy[at] = (copy[at] ?? 0) ^ change
        const bytes = await read(copy)
        expect(bytes === undefined || bytes.equals(DETAILS.bytes)).toBe(true)
      },
    ),
    { numRuns: 400 },
  )
})
