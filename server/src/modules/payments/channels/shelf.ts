/** What was fetched under a name, for as long as it is fresh. Of many who come at once the first fetches for all. */
export interface Shelf<T> {
  take(name: string, fetch: () => Promise<T>, isFresh: (value: T) => boolean): Promise<T>
}

/** With so many places; the oldest makes room. What is not fresh when it comes takes none. */
export function openShelf<T>(placesMax: number): Shelf<T> {
  const kept = new Map<string, T>()
  const underWay = new Map<string, Promise<T>>()

  async function fetchOnto(
    name: string,
    fetch: () => Promise<T>,
    isFresh: (value: T) => boolean,
  ): Promise<T> {
    try {
      const value = await fetch()
      kept.delete(name)
      if (!isFresh(value)) return value
      const [oldest] = kept.keys()
      if (oldest !== undefined && kept.size >= placesMax) kept.delete(oldest)
      kept.set(name, value)
      return value
    } finally {
      underWay.delete(name)
    }
  }

  return {
    take: async (name, fetch, isFresh) => {
      const value = kept.get(name)
      if (value !== undefined && isFresh(value)) return value
      const same = underWay.get(name)
      if (same !== undefined) return same
      const fetched = fetchOnto(name, fetch, isFresh)
      underWay.set(name, fetched)
      return fetched
    },
  }
}
