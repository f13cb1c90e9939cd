import { Tooltip as Base } from '@base-ui/react/tooltip'
import type { ReactElement, ReactNode } from 'react'

interface Props {
  readonly text: ReactNode
  /** One that takes the focus: who cannot point must find it too. */
  readonly children: ReactElement
}

/** A word more. Nothing that one must know: a phone shows it only on a long press. */
export function Tooltip({ text, children }: Props) {
  return (
    <Base.Provider delay={300}>
      <Base.Root>
        <Base.Trigger render={children} />
        <Base.Portal>
          <Base.Positioner sideOffset={6} className="z-50">
            <Base.Popup className="max-w-72 rounded-control bg-ink px-3 py-1.5 text-small text-paper transition-opacity data-ending-style:opacity-0 data-starting-style:opacity-0">
              {text}
            </Base.Popup>
          </Base.Positioner>
        </Base.Portal>
      </Base.Root>
    </Base.Provider>
  )
}
