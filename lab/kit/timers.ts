/** Waiting that ends with the lab. */
export interface Timers {
  /** Says whether the time has passed: not if the lab closed meanwhile. */
  pause(ms: number): Promise<boolean>
  close(): void
}

/** Node fires at once what is set beyond this. */
const TIMER_MS_MAX = 2 ** 31 - 1

export function openTimers(): Timers {
  const running = new Map<NodeJS.Timeout, (passed: boolean) => void>()
  let closed = false

  const pauseOnce = (ms: number): Promise<boolean> =>
    new Promise((resolve) => {
      const timer = setTimeout(() => {
        running.delete(timer)
        resolve(true)
      }, ms)
      running.set(timer, resolve)
    })

  return {
    pause: async (ms) => {
      for (let left = ms; !closed; left -= TIMER_MS_MAX) {
        if (left <= TIMER_MS_MAX) return pauseOnce(left)
        await pauseOnce(TIMER_MS_MAX)
      }
      return false
    },
    close: () => {
      closed = true
      for (const [timer, resolve] of running) {
        clearTimeout(timer)
        resolve(false)
      }
      running.clear()
    },
  }
}
