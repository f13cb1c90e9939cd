/** A body as Stripe takes it: `a[b][0]=c` is nested, and every leaf is a text. */
export interface Form {
  readonly [name: string]: string | Form
}
type Growing = { [name: string]: string | Growing }

const DEPTH_MAX = 8
const NAME = /^([^[\]]+)((?:\[[^[\]]*\])*)$/

/** Undefined where the text is no form: a broken escape, a broken bracket, one name for a text and for a group. */
export function parseForm(unchecked: string): Form | undefined {
  const root = empty()
  for (const pair of unchecked.split('&')) {
    if (pair === '') continue
    const cut = pair.indexOf('=')
    const name = unescaped(cut < 0 ? pair : pair.slice(0, cut))
    const value = unescaped(cut < 0 ? '' : pair.slice(cut + 1))
    const path = name === undefined ? undefined : pathOf(name)
    if (path === undefined || value === undefined || !put(root, path, value)) return undefined
  }
  return root
}

/** The same request has the same words, in whatever order its fields came. */
export const canonical = (form: Form): string => JSON.stringify(sorted(form))

// Without a prototype: `__proto__` is a name like any other.
const empty = (): Growing => Object.create(null)

function pathOf(name: string): string[] | undefined {
  const [, head, tail = ''] = name.match(NAME) ?? []
  if (head === undefined) return undefined
  const path = [head, ...[...tail.matchAll(/\[([^[\]]*)\]/g)].map(([, part = '']) => part)]
  return path.length > DEPTH_MAX ? undefined : path
}

function put(root: Growing, path: readonly string[], value: string): boolean {
  let node = root
  for (const [i, part] of path.entries()) {
    const name = part === '' ? String(Object.keys(node).length) : part
    if (i === path.length - 1) {
      if (name in node) return false
      node[name] = value
      return true
    }
    const next = node[name] ?? empty()
    if (typeof next === 'string') return false
    node[name] = next
    node = next
  }
  return false
}

function unescaped(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return undefined
  }
}

const sorted = (field: string | Form): unknown =>
  typeof field === 'string'
    ? field
    : Object.keys(field)
        .sort()
        .map((name) => [name, sorted(field[name] ?? '')])
