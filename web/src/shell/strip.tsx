import { useEffect, useState, useSyncExternalStore } from 'react'
import { Spinner } from '~/kit/spinner.tsx'
import { useLiveState } from '~/shell/live.ts'
import { useWords } from '~/words/words.ts'

/** A line that is back within this is nobody's business. */
const SHOWN_AFTER_MS = 3_000

const useOnline = (): boolean =>
  useSyncExternalStore(
    (listener) => {
      addEventListener('online', listener)
      addEventListener('offline', listener)
      return () => {
        removeEventListener('online', listener)
        removeEventListener('offline', listener)
      }
    },
    () => navigator.onLine,
  )

/** Says that what is on the page may be old, while it is. */
export function ConnectionStrip() {
  const say = useWords('shell')
  const online = useOnline()
  const waiting = useLiveState() === 'waiting'
  const late = useLate(waiting)
  const shown = !online ? say('strip.offline') : late ? say('strip.reconnecting') : ''
  return (
    <div role="status" className={shown === '' ? 'sr-only' : ''}>
      {shown !== '' && (
        <p className="flex items-center justify-center gap-2 bg-note-wash px-4 py-1.5 text-small text-note">
          <Spinner className="size-3.5" />
          {shown}
        </p>
      )}
    </div>
  )
}

function useLate(waiting: boolean): boolean {
  const [late, setLate] = useState(false)
  useEffect(() => {
    if (!waiting) return setLate(false)
    const timer = setTimeout(() => setLate(true), SHOWN_AFTER_MS)
    return () => clearTimeout(timer)
  }, [waiting])
  return late && waiting
}
