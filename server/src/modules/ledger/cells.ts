import { createHash, hash } from 'node:crypto'
import type { NewId } from '#kernel/ids'
import { invariant } from '#kernel/invariant'

export const CELLS = 64
const LETTERS = '0123456789abcdefghjkmnpqrstvwxyz'
const UUID_BYTES = 16
// Ids are prefix_ + ten letters of time + two of the cell + fourteen of chance.
const CELL_AT = 10

/** The shard of an owner; `ledger.cell_of` in SQL computes the same from the same hash. */
export const cellOf = (owner: string): number => {
  const known = cells.get(owner)
  if (known !== undefined) return known
  const cell = (createHash('sha256').update(owner).digest()[0] ?? 0) % CELLS
  if (cells.size >= CELLS_REMEMBERED_MAX) cells.clear()
  cells.set(owner, cell)
  return cell
}
/** A hash per command is a microsecond on the hot path; most owners come again. */
const CELLS_REMEMBERED_MAX = 200_000
const cells = new Map<string, number>()

/** The id of the entry that an owner's key makes; `ledger.entry_id` in SQL computes the same. */
export const entryIdOf = (owner: string, key: string): string => {
  const hex = hash('sha256', `${owner}\n${key}`)
  const first = cellOf(owner).toString(16).padStart(2, '0')
  return `${first}${hex.slice(2, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`
}

/** A new lot or hold id that carries its owner's cell, so that the id alone finds the shard. */
export const idInCell = (newId: NewId, prefix: string, owner: string): string => {
  const id = newId(prefix)
  const at = prefix.length + 1 + CELL_AT
  const cell = cellOf(owner)
  return `${id.slice(0, at)}${LETTERS[cell >> 5]}${LETTERS[cell & 31]}${id.slice(at + 2)}`
}

/** The cell that a lot or hold id carries; undefined when it cannot be one of ours. */
export const cellOfId = (id: string): number | undefined => {
  const at = id.indexOf('_') + 1 + CELL_AT
  const cell = LETTERS.indexOf(id[at] ?? '?') * 32 + LETTERS.indexOf(id[at + 1] ?? '?')
  return cell >= 0 && cell < CELLS && id[at] !== undefined ? cell : undefined
}

/** An entry's uuid as people see it: `chg_` and 26 letters. */
export const entryIdText = (prefix: string, uuid: string): string => {
  let bits = 0
  let held = 0
  let text = ''
  for (const byte of Buffer.from(uuid.replaceAll('-', ''), 'hex')) {
    held = (held << 8) | byte
    bits += 8
    while (bits >= 5) {
      bits -= 5
      text += LETTERS[(held >>> bits) & 31]
    }
    held &= (1 << bits) - 1
  }
  return `${prefix}_${text}${LETTERS[(held << (5 - bits)) & 31]}`
}

/** The uuid behind `chg_…`; undefined when it is not one. Its first byte is the cell. */
export const entryUuid = (prefix: string, unchecked: string): string | undefined => {
  if (!unchecked.startsWith(`${prefix}_`)) return undefined
  let value = 0n
  for (const letter of unchecked.slice(prefix.length + 1)) {
    const digit = LETTERS.indexOf(letter)
    if (digit < 0) return undefined
    value = value * 32n + BigInt(digit)
  }
  const hex = (value >> 2n).toString(16).padStart(UUID_BYTES * 2, '0')
  const uuid = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
  return hex.length === UUID_BYTES * 2 && entryIdText(prefix, uuid) === unchecked ? uuid : undefined
}

export const cellOfUuid = (uuid: string): number => {
  const cell = Number.parseInt(uuid.slice(0, 2), 16)
  invariant(cell >= 0, 'L8', `${uuid} is no entry id`)
  return cell
}
