/** So much at once, and the rest in turn. */
export interface Lanes {
  take<T>(work: () => Promise<T>): Promise<T>
}

export function openLanes(count: number): Lanes {
  const waiting: (() => void)[] = []
  let free = count
  return {
    take: async (work) => {
      if (free > 0) free -= 1
      else await new Promise<void>((resolve) => waiting.push(resolve))
      try {
        return await work()
      } finally {
        // A lane that is left goes on to the next, and is not free in between.
        const next = waiting.shift()
        if (next) next()
        else free += 1
      }
    },
  }
}
