export interface Difference {
  readonly path: string
  /** Undefined where it is new. */
  readonly before: string | undefined
  /** Undefined where it is gone. */
  readonly after: string | undefined
}

/** What differs between two values that JSON can carry, leaf by leaf. */
export function differences(before: unknown, after: unknown): Difference[] {
  const [left, right] = [leavesOf(before), leavesOf(after)]
  const paths = [...new Set([...left.keys(), ...right.keys()])]
  return paths
    .map((path) => ({ path, before: left.get(path), after: right.get(path) }))
    .filter((one) => one.before !== one.after)
}

/** Every value that has no parts, by the way to it. */
function leavesOf(value: unknown, path = ''): Map<string, string> {
  if (typeof value !== 'object' || value === null)
    return value === undefined ? new Map() : new Map([[path, textOf(value)]])
  const leaves = Object.entries(value).flatMap(([name, part]) => [
    ...leavesOf(part, path === '' ? name : `${path}.${name}`),
  ])
  return new Map(leaves)
}

const textOf = (value: unknown): string => (value === null ? '∅' : String(value))
