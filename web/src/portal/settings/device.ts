// The more telling first: Edge and Opera call themselves Chrome too, and Chrome calls itself Safari.
const BROWSERS = [
  ['MicroMessenger', 'WeChat'],
  ['Edg', 'Edge'],
  ['OPR', 'Opera'],
  ['Firefox', 'Firefox'],
  ['Chrome', 'Chrome'],
  ['Safari', 'Safari'],
] as const
const SYSTEMS = [
  ['iPhone', 'iPhone'],
  ['iPad', 'iPad'],
  ['Android', 'Android'],
  ['Windows', 'Windows'],
  ['Mac OS X', 'macOS'],
  ['Linux', 'Linux'],
] as const

/** A browser and a system out of what a browser says of itself, for a person to recognise. */
export function deviceOf(agent: string | null): string | undefined {
  if (agent === null || agent === '') return undefined
  const find = (names: readonly (readonly [string, string])[]) =>
    names.find(([mark]) => agent.includes(mark))?.[1]
  const known = [find(BROWSERS), find(SYSTEMS)].filter((one) => one !== undefined)
  return known.length > 0 ? known.join(' · ') : agent.split(/[ /]/)[0]
}
