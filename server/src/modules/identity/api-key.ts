import { hash, randomBytes } from 'node:crypto'
import { BlockList, isIP } from 'node:net'
import { sha256 } from '#kernel/crypto'
import { base32 } from '#kernel/ids'

export type KeyKind = 'secret' | 'publishable'

const SECRET_BYTES = 20
const CHECK_LETTERS = 6
const SHAPE = /^tb_(sk|pk)_(test|live)_[0-9a-hjkmnp-tv-z]{38}$/

export interface FreshKey {
  /** Shown once, to whoever made it; only its hash stays. */
  readonly key: string
  readonly hash: Buffer
  /** Enough to recognise it in a list, useless to a thief. */
  readonly shown: string
}

/** 160 bits of chance and a check word, so that a mistyped key is refused without asking the database. */
export const makeKey = (
  kind: KeyKind,
  live: boolean,
  chance: (bytes: number) => Buffer = randomBytes,
): FreshKey => {
  const head = `tb_${kind === 'secret' ? 'sk' : 'pk'}_${live ? 'live' : 'test'}_`
  const body = head + base32(chance(SECRET_BYTES))
  const key = body + checkWord(body)
  return { key, hash: hashKey(key), shown: `${key.slice(0, head.length + 4)}…${key.slice(-4)}` }
}

export const hashKey = (key: string): Buffer => sha256(key)

/** The same as text: to make a buffer of it first takes four times as long, and it is asked for each request. */
export const hashName = (key: string): string => hash('sha256', key, 'base64')

const checkWord = (body: string): string => base32(sha256(`check ${body}`)).slice(0, CHECK_LETTERS)

export const looksLikeKey = (unchecked: string): boolean => unchecked.startsWith('tb_')

export const isWellFormedKey = (unchecked: string): boolean =>
  SHAPE.test(unchecked) &&
  checkWord(unchecked.slice(0, -CHECK_LETTERS)) === unchecked.slice(-CHECK_LETTERS)

/** A range like `10.0.0.0/8` or one address; undefined when it is neither. */
export const parseRange = (unchecked: string): string | undefined => {
  const [address = '', bits, ...rest] = unchecked.split('/')
  const family = isIP(address)
  const most = family === 4 ? 32 : 128
  if (family === 0 || rest.length > 0 || address.includes('%')) return undefined
  if (bits === undefined) return `${address}/${most}`
  return /^(?:0|[1-9]\d{0,2})$/.test(bits) && Number(bits) <= most
    ? `${address}/${bits}`
    : undefined
}

/** An empty list lets every address in. */
export const allowsAddress = (ranges: readonly string[], ip: string): boolean => {
  if (ranges.length === 0) return true
  const list = new BlockList()
  for (const range of ranges) {
    const [address = '', bits = ''] = range.split('/')
    list.addSubnet(address, Number(bits), isIP(address) === 4 ? 'ipv4' : 'ipv6')
  }
  const plain = ip.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/, '')
  return isIP(plain) !== 0 && list.check(plain, isIP(plain) === 4 ? 'ipv4' : 'ipv6')
}
