import { randomBytes } from 'node:crypto'
import type { Clock, Instant } from '#kernel/clock'

/** Makes opaque ids: a prefix that names the kind, then 26 letters that sort by birth. */
export type NewId = (prefix: string) => string

const LETTERS = '0123456789abcdefghjkmnpqrstvwxyz'
const TIME_LETTERS = 10
const CHANCE_BYTES = 10

// Time leads, so that new rows land on the same index page instead of everywhere; 80 bits of
// chance follow, so that an id cannot be guessed from its neighbour.
export const idsFrom =
  (clock: Clock, chance: (bytes: number) => Uint8Array = portion): NewId =>
  (prefix) =>
    firstIdAt(prefix, clock.now()) + base32(chance(CHANCE_BYTES))

/** No id of its kind that was made from then on sorts before it: a period of time is a range of ids. */
export const firstIdAt = (prefix: string, at: Instant): string => {
  let time = at as number
  let head = ''
  for (let i = 0; i < TIME_LETTERS; i++) {
    head = LETTERS[time % 32] + head
    time = Math.floor(time / 32)
  }
  return `${prefix}_${head}`
}

// Asked of the system in larger portions: a call for each id cost more than all the rest of it.
const CHANCE_FETCHED_BYTES = 4_096
let fetched: Buffer = Buffer.alloc(0)
let used = 0
const portion = (bytes: number): Uint8Array => {
  if (used + bytes > fetched.length) {
    fetched = randomBytes(CHANCE_FETCHED_BYTES)
    used = 0
  }
  used += bytes
  return fetched.subarray(used - bytes, used)
}

/** Crockford's letters, lower case: no i, l, o, u to misread or misspell. */
export const base32 = (bytes: Uint8Array): string => {
  let bits = 0
  let held = 0
  let text = ''
  for (const byte of bytes) {
    held = (held << 8) | byte
    bits += 8
    while (bits >= 5) {
      bits -= 5
      text += LETTERS[(held >>> bits) & 31]
    }
    held &= (1 << bits) - 1
  }
  return bits > 0 ? text + LETTERS[(held << (5 - bits)) & 31] : text
}
