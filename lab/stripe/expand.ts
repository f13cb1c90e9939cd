import { type Fault, invalid } from './answer.ts'

type Find = (id: string) => object | undefined

/**
 * Puts objects in the place of their ids: `expand[]=data.source`. Works on a copy, so what is in the books stays as
 * it is.
 */
export function expanded(body: object, paths: readonly string[], find: Find): object | Fault {
  const copy: unknown = JSON.parse(JSON.stringify(body))
  for (const path of paths)
    if (!expand(copy, path.split('.'), find))
      return invalid(`This property cannot be expanded (${path}).`, { param: 'expand' })
  return Object(copy)
}

function expand(node: unknown, [name = '', ...rest]: readonly string[], find: Find): boolean {
  if (Array.isArray(node)) return node.every((one) => expand(one, [name, ...rest], find))
  if (!isRecord(node) || !(name in node)) return false
  const value = node[name]
  if (typeof value === 'string') {
    const found = find(value)
    if (!found) return false
    node[name] = JSON.parse(JSON.stringify(found))
  }
  return value === null || rest.length === 0 || expand(node[name], rest, find)
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null
