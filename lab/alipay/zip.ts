import { crc32, deflateRawSync } from 'node:zlib'

export interface Packed {
  /** Bytes, because Alipay writes names in GBK and does not say so: the flag for UTF-8 stays down. */
  readonly name: Buffer
  readonly content: Buffer
}

const VERSION = 20
const DEFLATE = 8
/** The 1st of January 1980, midnight: when nobody asks for it, a file has no better date. */
const DOS_DATE = 0x21

export function zip(files: readonly Packed[]): Buffer {
  const locals: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const { name, content } of files) {
    const deflated = deflateRawSync(content)
    const about = aboutFile(name, content, deflated)
    const local = Buffer.concat([u32(0x04034b50), u16(VERSION), about, u16(0), name, deflated])
    directory.push(
      u32(0x02014b50),
      u16(VERSION),
      u16(VERSION),
      about,
      // No extra field, no comment, the first disk, no attributes.
      u16(0),
      u16(0),
      u16(0),
      u16(0),
      u32(0),
      u32(offset),
      name,
    )
    locals.push(local)
    offset += local.length
  }
  const central = Buffer.concat(directory)
  return Buffer.concat([
    ...locals,
    central,
    u32(0x06054b50),
    u16(0),
    u16(0),
    u16(files.length),
    u16(files.length),
    u32(central.length),
    u32(offset),
    u16(0),
  ])
}

/** The part that stands in both headers alike: from the flags to the length of the name. */
const aboutFile = (name: Buffer, content: Buffer, deflated: Buffer): Buffer =>
  Buffer.concat([
    u16(0),
    u16(DEFLATE),
    u16(0),
    u16(DOS_DATE),
    u32(crc32(content)),
    u32(deflated.length),
    u32(content.length),
    u16(name.length),
  ])

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16LE(value)
  return bytes
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}
