import { useQuery } from '@tanstack/react-query'
import { api } from '~/app/api.ts'
import { useMay } from '~/console/parts/may.ts'

/** As many as the server names at once. */
const NAMES_MAX = 100

interface Wish {
  readonly id: string
  readonly done: (name: string | null) => void
  readonly fail: (error: unknown) => void
}
let wishes: Wish[] = []

/** What an owner is called; whatever is asked for in one moment, a table of them for one, is one question. */
function nameOf(id: string): Promise<string | null> {
  if (wishes.length === 0) setTimeout(askForAll)
  return new Promise((done, fail) => wishes.push({ id, done, fail }))
}

function askForAll() {
  const all = wishes
  wishes = []
  for (let from = 0; from < all.length; from += NAMES_MAX)
    void ask(all.slice(from, from + NAMES_MAX))
}

async function ask(some: readonly Wish[]) {
  try {
    const ids = some.map(({ id }) => id).join(',')
    const { items } = await api.get('/api/v1/admin/owners/names', { query: { ids } })
    const names = new Map(items.map(({ owner, name }) => [owner, name]))
    for (const { id, done } of some) done(names.get(id) ?? null)
  } catch (error) {
    for (const { fail } of some) fail(error)
  }
}

/** Nothing until it is known, and for whoever may not know it. */
export function useName(id: string): string | undefined {
  const may = useMay()
  const { data } = useQuery({
    queryKey: ['name', id],
    queryFn: () => nameOf(id),
    enabled: may('people:read') && id.startsWith('usr_'),
    staleTime: Number.POSITIVE_INFINITY,
  })
  return data ?? undefined
}
