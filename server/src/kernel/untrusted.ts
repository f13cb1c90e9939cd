/** What outside data may never contain, whatever its schema says. */
const DEPTH_MAX = 24
const CONTROL = /[^\P{Cc}\t\n\r]/u

interface Fault {
  readonly path: string
  readonly what: 'text' | 'number' | 'depth'
}

/**
 * Finds the first value no column or client could carry: control characters (PostgreSQL refuses NUL),
 * half a surrogate pair (it cannot be written as UTF-8), integers a double cannot hold, endless depth.
 */
export function findUnsafe(value: unknown, path = '', depth = 0): Fault | undefined {
  if (typeof value === 'string')
    return CONTROL.test(value) || !value.isWellFormed() ? { path, what: 'text' } : undefined
  if (typeof value === 'number')
    return !Number.isFinite(value) || Math.abs(value) > Number.MAX_SAFE_INTEGER
      ? { path, what: 'number' }
      : undefined
  if (typeof value !== 'object' || value === null) return undefined
  if (depth >= DEPTH_MAX) return { path, what: 'depth' }
  for (const [name, inner] of Object.entries(value)) {
    const fault =
      findUnsafe(name, `${path}/${clip(name)}`, depth) ??
      findUnsafe(inner, `${path}/${clip(name)}`, depth + 1)
    if (fault) return fault
  }
  return undefined
}

// The path goes into the answer: it must not itself carry what was refused, nor be endless.
const clip = (name: string): string =>
  name
    .toWellFormed()
    .replace(/[^\w.-]/g, '?')
    .slice(0, 40)
