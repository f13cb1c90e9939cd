/** What has begun and not ended, and a word to whoever waits for the last of it. */
export interface UnderWay {
  /** Answers how to say that it has ended; saying so twice is saying it once. */
  begin(): () => void
  idle(): Promise<void>
}

export function openUnderWay(): UnderWay {
  let going = 0
  let waiting: (() => void)[] = []
  return {
    begin: () => {
      going += 1
      let ended = false
      return () => {
        if (ended) return
        ended = true
        going -= 1
        if (going > 0) return
        const told = waiting
        waiting = []
        for (const tell of told) tell()
      }
    },
    idle: () =>
      going === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(() => resolve())),
  }
}
