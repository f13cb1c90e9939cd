import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { balanceQuery } from '~/app/queries.ts'

/** How far the house's clock is from this machine's: a test moves the one, and people set the other wrongly. */
function useClockShift(): number {
  const { data, dataUpdatedAt } = useQuery(balanceQuery)
  return data ? Date.parse(data.as_of) - dataUpdatedAt : 0
}

/** The time by the house's clock, moving on by itself. */
export function useHouseNow(everyMs = 1_000): number {
  const shift = useClockShift()
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs)
    return () => clearInterval(timer)
  }, [everyMs])
  return now + shift
}
