import { useEffect, useState, useSyncExternalStore } from 'react'

/** A `Date` has whole seconds, and was some time on its way. */
const ROUGH_MS = 2_000

let shiftMs = 0
const listeners = new Set<() => void>()

/** Each answer says what time it is in the house: a test moves that clock, and people set theirs wrongly. */
export function hearDate(text: string | null): void {
  const ahead = Date.parse(text ?? '') - Date.now()
  if (Number.isNaN(ahead) || Math.abs(ahead - shiftMs) < ROUGH_MS) return
  shiftMs = Math.abs(ahead) < ROUGH_MS ? 0 : ahead
  for (const listener of listeners) listener()
}

export const houseNow = (): number => Date.now() + shiftMs

/** The time by the house's clock, moving on by itself. */
export function useHouseNow(everyMs = 1_000): number {
  const shift = useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => shiftMs,
  )
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs)
    return () => clearInterval(timer)
  }, [everyMs])
  return now + shift
}
