import { promisify } from 'node:util'
import { crc32, inflateRaw } from 'node:zlib'
import { ZIP_ENTRIES_MAX } from './limits.ts'

export interface ZipEntry {
  readonly name: string
  readonly method: number
  readonly crc: number
  readonly packed: number
  readonly size: number
  readonly offset: number
}

const END = 0x06054b50
const END_BYTES = 22
const ENTRY = 0x02014b50
const ENTRY_BYTES = 46
const LOCAL = 0x04034b50
const LOCAL_BYTES = 30
const STORED = 0
const DEFLATED = 8
const ENCRYPTED = 1
const IS_UTF8 = 0x800

/** What an archive says is in it. Undefined where it is none, is cut off, holds paths, or more than a bill does. */
export function listZip(archive: Buffer): readonly ZipEntry[] | undefined {
  const end = endOf(archive)
  if (end === undefined) return undefined
  const count = archive.readUInt16LE(end + 10)
  let at = archive.readUInt32LE(end + 16)
  const onOneDisk = archive.readUInt32LE(end + 4) === 0 && archive.readUInt16LE(end + 8) === count
  if (!onOneDisk || count > ZIP_ENTRIES_MAX) return undefined
  const entries: ZipEntry[] = []
  for (let i = 0; i < count; i++) {
    const read = readEntry(archive, at, end)
    if (!read) return undefined
    entries.push(read.entry)
    at = read.next
  }
  return at === end ? entries : undefined
}

// The record at the end bears a comment, whose length must lead to the very end.
function endOf(archive: Buffer): number | undefined {
  const first = Math.max(0, archive.length - END_BYTES - 0xffff)
  for (let at = archive.length - END_BYTES; at >= first; at--)
    if (
      archive.readUInt32LE(at) === END &&
      at + END_BYTES + archive.readUInt16LE(at + 20) === archive.length
    )
      return at
  return undefined
}

function readEntry(
  archive: Buffer,
  at: number,
  end: number,
): { readonly entry: ZipEntry; readonly next: number } | undefined {
  if (at + ENTRY_BYTES > end || archive.readUInt32LE(at) !== ENTRY) return undefined
  const flags = archive.readUInt16LE(at + 8)
  const method = archive.readUInt16LE(at + 10)
  const nameEnd = at + ENTRY_BYTES + archive.readUInt16LE(at + 28)
  const next = nameEnd + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32)
  if (next > end || (flags & ENCRYPTED) !== 0) return undefined
  if (method !== STORED && method !== DEFLATED) return undefined
  const bytes = archive.subarray(at + ENTRY_BYTES, nameEnd)
  const name = new TextDecoder(flags & IS_UTF8 ? 'utf-8' : 'gb18030').decode(bytes)
  if (/[/\\\0]/.test(name)) return undefined
  const entry = {
    name,
    method,
    crc: archive.readUInt32LE(at + 16),
    packed: archive.readUInt32LE(at + 20),
    size: archive.readUInt32LE(at + 24),
    offset: archive.readUInt32LE(at + 42),
  }
  return { entry, next }
}

const inflate = promisify(inflateRaw)

/** One entry, whole and as it was packed. A bomb is not unpacked: it ends at the size that it claims. */
export async function unzip(
  archive: Buffer,
  entry: ZipEntry,
  bytesMax: number,
): Promise<Buffer | undefined> {
  const packed = dataOf(archive, entry)
  if (!packed || entry.size > bytesMax) return undefined
  const bytes =
    entry.method === STORED
      ? packed
      : await inflate(packed, { maxOutputLength: Math.max(1, entry.size) }).catch(() => undefined)
  return bytes?.length === entry.size && crc32(bytes) === entry.crc ? bytes : undefined
}

function dataOf(archive: Buffer, { offset, packed, method }: ZipEntry): Buffer | undefined {
  if (offset + LOCAL_BYTES > archive.length) return undefined
  if (archive.readUInt32LE(offset) !== LOCAL || archive.readUInt16LE(offset + 8) !== method)
    return undefined
  const from =
    offset + LOCAL_BYTES + archive.readUInt16LE(offset + 26) + archive.readUInt16LE(offset + 28)
  return from + packed <= archive.length ? archive.subarray(from, from + packed) : undefined
}
