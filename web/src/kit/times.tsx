import { useEffect } from 'react'
import { useHouseNow } from '~/app/clock.ts'
import { useFormat } from '~/kit/format.ts'
import { useWords } from '~/words/words.ts'

const SECOND_MS = 1_000
const MINUTE_MS = 60_000

interface RelativeProps {
  readonly at: string
  /** Of what goes by the machine's time, which nobody moves: sessions, jobs. */
  readonly ofMachine?: boolean
}

/** "3 minutes ago"; the moment itself when it is pointed at. */
export function RelativeTime({ at, ofMachine = false }: RelativeProps) {
  const format = useFormat()
  const house = useHouseNow(MINUTE_MS / 2)
  const now = ofMachine ? Date.now() : house
  return (
    <time dateTime={at} title={format.moment(at)} className="whitespace-nowrap">
      {format.relative(at, now)}
    </time>
  )
}

export function DateTime({ at, only }: { readonly at: string; readonly only?: 'date' | 'time' }) {
  const format = useFormat()
  const text = only === undefined ? format.dateTime(at) : format[only](at)
  return (
    <time dateTime={at} title={format.moment(at)} className="tabular whitespace-nowrap">
      {text}
    </time>
  )
}

interface CountdownProps {
  readonly until: string
  readonly onEnd?: () => void
}

/** Minutes and seconds to go. Who listens is told each minute, not each second. */
export function Countdown({ until, onEnd }: CountdownProps) {
  const say = useWords('kit')
  const now = useHouseNow(SECOND_MS)
  const leftS = Math.max(0, Math.ceil((Date.parse(until) - now) / SECOND_MS))
  const ended = leftS === 0
  useEffect(() => {
    if (ended) onEnd?.()
  }, [ended, onEnd])
  const [minutes, seconds] = [Math.floor(leftS / 60), leftS % 60]
  return (
    <span role="timer" className="tabular whitespace-nowrap">
      <span aria-hidden="true">
        {minutes}:{String(seconds).padStart(2, '0')}
      </span>
      <span className="sr-only" aria-live="polite">
        {say('countdown.left', { minutes: Math.ceil(leftS / 60) })}
      </span>
    </span>
  )
}
