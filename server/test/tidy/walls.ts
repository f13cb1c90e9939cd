import { posix } from 'node:path'
import { codeOf, type Fault, fault, type House, isTest, moduleOf, modulesOf } from './house.ts'
import { importsOf } from './text.ts'

const PLAN_PATH = 'server/src/architecture.ts'

/** Modules and plan agree both ways: every folder is planned, every need is lower, listed and used. */
export function plan(house: House): Fault[] {
  const folders = modulesOf(house)
  const used = new Set<string>()
  const unlisted = codeOf(house, /^server\/src\/modules\/.*\.ts$/).flatMap(({ path, text }) =>
    importsOf(text).flatMap(({ target, line }): Fault[] => {
      const from = moduleOf(path) ?? ''
      const to = target.match(/^#(?!kernel\/)([^/]+)/)?.[1]
      if (to === undefined || to === from) return []
      if (!isTest(path)) used.add(`${from} ${to}`)
      if (house.plan[from]?.needs.includes(to)) return []
      const better = isLower(house, to, from)
        ? `add '${to}' to the needs of ${from} in architecture.ts`
        : `imports go down only: tell an event and let ${to} hear it`
      return [fault(path, line, `${from} imports '${target}'`, better)]
    }),
  )
  const unplanned = folders
    .filter((name) => !(name in house.plan))
    .map((name) =>
      planFault(
        house,
        name,
        `module ${name} is not on the plan`,
        'give it a line with floor and needs',
      ),
    )
  return [...unplanned, ...unlisted, ...planFaults(house, folders, used)]
}

function planFaults(house: House, folders: readonly string[], used: ReadonlySet<string>): Fault[] {
  return Object.entries(house.plan).flatMap(([name, { needs }]) => {
    if (!folders.includes(name))
      return [planFault(house, name, `${name} has no folder`, `node tools/new-module.ts ${name}`)]
    return needs.flatMap((need) => {
      if (!isLower(house, need, name))
        return [
          planFault(house, name, `${name} needs ${need}`, 'need only modules on lower floors'),
        ]
      if (!used.has(`${name} ${need}`))
        return [planFault(house, name, `${name} never imports '#${need}'`, 'take it off the needs')]
      return []
    })
  })
}

const isLower = ({ plan }: House, lower: string, upper: string): boolean =>
  (plan[lower]?.floor ?? Number.POSITIVE_INFINITY) < (plan[upper]?.floor ?? 0)

function planFault({ files }: House, name: string, what: string, better: string): Fault {
  const lines = files.find(({ path }) => path === PLAN_PATH)?.text.split('\n') ?? []
  const line = lines.findIndex((text) => text.trimStart().startsWith(`${name}:`)) + 1
  return fault(PLAN_PATH, Math.max(line, 1), what, better)
}

/** A module is entered through its door, the kernel knows nobody, nobody knows the app, and the lab stands apart. */
export function walls(house: House): Fault[] {
  return codeOf(house, /^(?:server|lab|tools|bench)\/.*\.ts$/).flatMap(({ path, text }) =>
    importsOf(text).flatMap(({ target, line }): Fault[] => {
      const better = target.startsWith('#') ? throughDoor(path, target) : onFoot(path, target)
      return better === undefined ? [] : [fault(path, line, `imports '${target}'`, better)]
    }),
  )
}

// A mistake that both sides make would else pass for a proof.
const APART = 'the lab shares nothing with the product: write it from the protocol'

function throughDoor(path: string, target: string): string | undefined {
  const [door, deep] = target.slice(1).split('/')
  if (zoneOf(path) === 'lab' && !isTest(path)) return APART
  if (door === 'kernel') return undefined
  if (zoneOf(path) === 'kernel') return 'the kernel knows no module: let the module hand it in'
  if (deep !== undefined) return `go through the door: import '#${door}'`
  // A test may knock at its own door to see what others see; the module itself would go in a circle.
  if (zoneOf(path) === `#${door}` && !isTest(path)) return `at home, import './<file>.ts'`
  return undefined
}

function onFoot(path: string, target: string): string | undefined {
  if (!target.startsWith('.')) return undefined
  const goal = posix.join(posix.dirname(path), target)
  const [from, to] = [zoneOf(path), zoneOf(goal)]
  if (from === to || (['test', 'lab'].includes(to) && isTest(path))) return undefined
  if (from === 'test' && to === 'lab') return undefined
  if (from === 'lab' && !isTest(path)) return APART
  if (to === 'lab') return 'only tests know the lab: an account says where its provider is'
  const isAbove = ['app', 'test', 'tools'].includes(from)
  if (to.startsWith('#'))
    return isAbove && goal.endsWith('/index.ts') ? undefined : `import '${to}'`
  if (isAbove) return undefined
  return to === 'kernel'
    ? "import '#kernel/<file>'"
    : `${from} does not know ${to}: let app hand it in`
}

/** A module's zone is its door, so a fault can name the better import. */
function zoneOf(path: string): string {
  const name = moduleOf(path)
  if (name !== undefined) return `#${name}`
  return (
    path.match(/^server\/src\/(kernel|dialects|app)\//)?.[1] ??
    path.match(/^server\/(test)\//)?.[1] ??
    path.match(/^(lab)\//)?.[1] ??
    'tools'
  )
}
