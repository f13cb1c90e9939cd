/** As deep as our own front door lets a body be. */
const DEPTH_MAX = 24

/**
 * Reads JSON that no two readers can understand differently. Undefined where they could, or where what it says could
 * not be kept: bytes that are no UTF-8, a name that stands twice in one object, NUL and half surrogate pairs however
 * they are spelled, endless depth. What it answers has no prototype, so that nothing is found in it but what was sent;
 * `__proto__` is refused besides, for whoever copies it on. Numbers are doubles: who reads an amount asks whether it is
 * a safe integer.
 */
export function parseStrictJson(unchecked: string | Uint8Array): unknown {
  const text = typeof unchecked === 'string' ? unchecked : decoded(unchecked)
  if (text === undefined || !text.isWellFormed()) return undefined
  const cursor: Cursor = { text, at: 0 }
  const value = readValue(cursor, 0)
  skipSpace(cursor)
  return cursor.at === text.length ? value : undefined
}

/** An object of that JSON; undefined for everything else. */
export const asObject = (value: unknown): Readonly<Record<string, unknown>> | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined

interface Cursor {
  readonly text: string
  at: number
}

// Each of these answers undefined where the text is refused, for JSON itself has no such value.

function readValue(cursor: Cursor, depth: number): unknown {
  skipSpace(cursor)
  const sign = cursor.text[cursor.at]
  if (sign === '"') return readString(cursor)
  if (sign !== '{' && sign !== '[') return readPlain(cursor)
  if (depth === DEPTH_MAX) return undefined
  cursor.at++
  return sign === '{' ? readObject(cursor, depth + 1) : readArray(cursor, depth + 1)
}

function readObject(cursor: Cursor, depth: number): unknown {
  const object: Record<string, unknown> = Object.create(null)
  if (takes(cursor, '}')) return object
  do {
    skipSpace(cursor)
    const name = cursor.text[cursor.at] === '"' ? readString(cursor) : undefined
    if (name === undefined || name === '__proto__' || name in object) return undefined
    if (!takes(cursor, ':')) return undefined
    const value = readValue(cursor, depth)
    if (value === undefined) return undefined
    object[name] = value
  } while (takes(cursor, ','))
  return takes(cursor, '}') ? object : undefined
}

function readArray(cursor: Cursor, depth: number): unknown {
  const array: unknown[] = []
  if (takes(cursor, ']')) return array
  do {
    const value = readValue(cursor, depth)
    if (value === undefined) return undefined
    array.push(value)
  } while (takes(cursor, ','))
  return takes(cursor, ']') ? array : undefined
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const SPACE = 0x20

function readString(cursor: Cursor): string | undefined {
  const { text, at: from } = cursor
  let isEscaped = false
  for (let i = from + 1; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code < SPACE) return undefined
    if (code === QUOTE) {
      cursor.at = i + 1
      return isEscaped ? unescaped(text.slice(from, i + 1)) : text.slice(from + 1, i)
    }
    if (code === BACKSLASH) {
      isEscaped = true
      i++
    }
  }
  return undefined
}

function unescaped(token: string): string | undefined {
  try {
    const text: string = JSON.parse(token)
    return text.includes('\0') || !text.isWellFormed() ? undefined : text
  } catch {
    return undefined
  }
}

const PLAIN = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y

function readPlain(cursor: Cursor): unknown {
  PLAIN.lastIndex = cursor.at
  const token = PLAIN.exec(cursor.text)?.[0]
  if (token === undefined) return undefined
  cursor.at += token.length
  return JSON.parse(token)
}

function skipSpace(cursor: Cursor): void {
  while (' \t\n\r'.includes(cursor.text[cursor.at] ?? '?')) cursor.at++
}

function takes(cursor: Cursor, sign: string): boolean {
  skipSpace(cursor)
  if (cursor.text[cursor.at] !== sign) return false
  cursor.at++
  return true
}

function decoded(bytes: Uint8Array): string | undefined {
  try {
    // A mark at the start is no JSON, and must not be dropped before anybody has seen it.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}
