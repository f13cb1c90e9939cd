/** Chance with a memory: the same seed gives the same run, so a failure found at night is replayed by day. */
interface Dice {
  below(limit: number): number
  pick<T>(of: readonly T[]): T
}

export const dice = (seed: number): Dice => {
  let state = seed >>> 0 || 1
  const below = (limit: number): number => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    state >>>= 0
    return state % limit
  }
  return { below, pick: (of) => of[below(of.length)] as (typeof of)[number] }
}
