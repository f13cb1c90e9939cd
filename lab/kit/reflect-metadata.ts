/**
 * As much of the metadata proposal as the certificate library's container asks for when it is loaded; the usual
 * polyfill would be a dependency more. It is imported before that library.
 */
const kept = new WeakMap<object, Map<unknown, unknown>>()

const own = (key: unknown, target: object): unknown => kept.get(target)?.get(key)

function find(key: unknown, target: object | null): unknown {
  if (target === null) return undefined
  return kept.get(target)?.has(key) ? own(key, target) : find(key, Object.getPrototypeOf(target))
}

function define(key: unknown, value: unknown, target: object): void {
  const entries = kept.get(target) ?? new Map<unknown, unknown>()
  kept.set(target, entries.set(key, value))
}

if (!('getMetadata' in Reflect))
  Object.assign(Reflect, { getMetadata: find, getOwnMetadata: own, defineMetadata: define })
