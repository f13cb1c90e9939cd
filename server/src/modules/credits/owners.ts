import { OWNERS_REMEMBERED_MAX } from './limits.ts'

type Ask = (names: readonly string[]) => Promise<ReadonlyMap<string, string>>

/**
 * Remembers which owner a name means. Names that nobody asked for yet gather while a question is at the database and
 * go there together: after a start everybody is new, and a question for each would take the charges' connections.
 */
export function owners(ask: Ask): (name: string) => Promise<string | undefined> {
  const remembered = new Map<string, string>()
  let gathering: string[] = []
  let busy: Promise<unknown> = Promise.resolve()
  let next: Promise<ReadonlyMap<string, string>> | undefined

  const askTogether = async () => {
    await busy
    const names = gathering
    gathering = []
    next = undefined
    const asked = ask(names)
    busy = asked.catch(() => {}) // whoever asked hears of it
    const found = await asked
    if (remembered.size + found.size > OWNERS_REMEMBERED_MAX) remembered.clear()
    for (const [name, owner] of found) remembered.set(name, owner)
    return found
  }

  return async (name) => {
    const known = remembered.get(name)
    if (known !== undefined) return known
    gathering.push(name)
    next ??= askTogether()
    return (await next).get(name)
  }
}
