import { useEffect, useState, useSyncExternalStore } from 'react'
import { Icon, type IconName } from '~/kit/icons.tsx'
import { useWords } from '~/words/words.ts'

const SHOWN_MS = 6_000
const SHOWN_MAX = 3

const TONES = {
  good: ['text-good', 'check'],
  bad: ['text-bad', 'warning'],
  note: ['text-note', 'info'],
} as const satisfies Record<string, readonly [string, IconName]>

export interface Told {
  readonly tone?: keyof typeof TONES
  readonly title: string
  readonly more?: string
}
interface Shown extends Told {
  readonly id: number
}

let shown: readonly Shown[] = []
let lastId = 0
const listeners = new Set<() => void>()

const show = (next: readonly Shown[]) => {
  shown = next
  for (const listener of listeners) listener()
}

/** Tells that something happened, from anywhere; nothing that somebody must act upon. */
export function tell(told: Told): void {
  lastId += 1
  show([...shown, { ...told, id: lastId }].slice(-SHOWN_MAX))
}

/** Whoever opens something has read them, and on a phone they would lie over its acts. */
export const hush = (): void => {
  if (shown.length > 0) show([])
}

const forget = (id: number) => show(shown.filter((one) => one.id !== id))

/** As far from the edge as what else stands there is high; above it a page leaves them room under its last row. */
const PLACES = {
  edge: 'bottom-[calc(1rem+env(safe-area-inset-bottom))] sm:bottom-6',
  nav: 'bottom-[calc(4.75rem+env(safe-area-inset-bottom))] lg:bottom-6',
} as const

/** Where they appear: once in each layout. It is there from the start, so that each is read out. */
export function Toasts({ above = 'edge' }: { readonly above?: keyof typeof PLACES }) {
  const say = useWords('kit')
  const toasts = useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => shown,
  )
  return (
    <section
      aria-label={say('toast.region')}
      aria-live="polite"
      className={`pointer-events-none fixed inset-x-3 z-60 grid justify-items-end gap-2 sm:inset-x-auto sm:right-6 ${PLACES[above]}`}
    >
      {toasts.map((toast) => (
        <Toast key={toast.id} toast={toast} />
      ))}
    </section>
  )
}

function Toast({ toast }: { readonly toast: Shown }) {
  const say = useWords('kit')
  const [held, setHeld] = useState(false)
  const [look, icon] = TONES[toast.tone ?? 'good']
  useEffect(() => {
    if (held) return
    const timer = setTimeout(forget, SHOWN_MS, toast.id)
    return () => clearTimeout(timer)
  }, [held, toast.id])
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only stays while somebody reads it.
    <div
      className="pointer-events-auto flex w-full max-w-sm items-start gap-3 rounded-card border border-line bg-card p-3 shadow-float sm:w-96"
      onMouseEnter={() => setHeld(true)}
      onMouseLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <Icon name={icon} className={`mt-0.5 size-5 ${look}`} />
      <div className="min-w-0 flex-1">
        <p className="font-semibold break-words">{toast.title}</p>
        {toast.more !== undefined && <p className="text-small text-soft">{toast.more}</p>}
      </div>
      <button
        type="button"
        aria-label={say('dialog.close')}
        onClick={() => forget(toast.id)}
        className="grid size-8 shrink-0 place-items-center rounded-control text-soft hover:bg-sunken"
      >
        <Icon name="close" className="size-4" />
      </button>
    </div>
  )
}
