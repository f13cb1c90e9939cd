import { hash } from 'node:crypto'
import type { Json } from '#kernel/outcome'
import { cellOf } from './cells.ts'
import type { Charge, Command } from './commands.ts'

/** A command with what the door needs of it, worked out once. */
export interface Sealed {
  readonly command: Command
  readonly cell: number
  /** A plain charge: what its door asks besides the account. It may go through in a set, or alone. */
  readonly plain: readonly (string | null)[] | undefined
  /** Any command, spelled as JSON. */
  readonly json: () => string
}

export const sealed = (command: Command): Sealed => {
  const cell = cellOf(command.owner)
  const isPlain =
    command.kind === 'charge' && command.amount > 0n && command.firstFree === undefined
  return {
    command,
    cell,
    plain: isPlain ? argumentsOf(command) : undefined,
    json: () => jsonOf(command, cell),
  }
}

// An element needs quotes when the literal's own marks, white space or the word null could be read into it.
const SAFE = /^[\w.:@/+-]+$/
export const element = (text: string | null): string => {
  if (text === null) return 'NULL'
  return SAFE.test(text) && text.toLowerCase() !== 'null'
    ? text
    : `"${text.replace(/["\\]/g, '\\$&')}"`
}

const argumentsOf = (charge: Charge): (string | null)[] => [
  `${charge.amount}`,
  charge.key,
  fingerprintOf(charge),
  charge.contra ?? `revenue:${charge.action ?? 'other'}`,
  charge.action ?? null,
  charge.actor ?? null,
  noteOf(charge),
]
export const CHARGE_ARRAYS = 7

const noteOf = (charge: Charge): string | null => {
  const { referenceType, referenceId, priceVersion, description, metadata, params } = charge
  const note = JSON.stringify({
    reference_type: referenceType,
    reference_id: referenceId,
    price_version: priceVersion,
    description,
    metadata,
    params,
  })
  return note === '{}' ? null : note
}

// Ids and moments are made anew for each attempt at the same request, so they are no part of what was asked.
const NOT_ASKED = new Set(['lotId', 'holdId', 'expiresAt', 'effectiveAt', 'key', 'owner'])
const NAMES_BY_ID = new Set(['capture', 'release', 'extend', 'clawback'])

/** Sixteen bytes that two requests share exactly when they ask for the same thing. */
const fingerprintOf = (command: Exclude<Command, { kind: 'expire' }>): string => {
  const asked =
    command.request ??
    JSON.stringify(
      Object.entries(command)
        .filter(([name]) => !NOT_ASKED.has(name) || NAMES_BY_ID.has(command.kind))
        .sort(([a], [b]) => (a < b ? -1 : 1)),
      (_, value: unknown) => (typeof value === 'bigint' ? Number(value) : value),
    )
  return hash('sha256', asked).slice(0, 32)
}

const wireName = (name: string): string => name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`)

const jsonOf = (command: Command, cell: number): string => {
  let text = `{"cell":${cell}`
  if (command.kind !== 'expire') text += `,"fingerprint":"${fingerprintOf(command)}"`
  for (const [name, value] of Object.entries(command) as [string, Json | bigint | undefined][])
    if (value !== undefined && name !== 'request')
      text += `,"${wireName(name)}":${typeof value === 'bigint' ? value : JSON.stringify(value)}`
  return `${text}}`
}
