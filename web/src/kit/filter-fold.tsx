import { type ReactNode, useId, useState } from 'react'
import { Button } from '~/kit/button.tsx'
import { useWords } from '~/words/words.ts'

interface Props {
  /** How many are set: seen while they are folded. */
  readonly set: number
  readonly children: ReactNode
}

/** On a phone filters would push away what they filter: there they are behind a button. */
export function FilterFold({ set, children }: Props) {
  const say = useWords('kit')
  const id = useId()
  const [open, setOpen] = useState(false)
  return (
    <div className="grid gap-3">
      <div className="md:hidden">
        <Button
          size="small"
          icon="filter"
          aria-expanded={open}
          aria-controls={id}
          onClick={() => setOpen(!open)}
        >
          {say('filters', { n: set })}
        </Button>
      </div>
      <div id={id} className={open ? 'min-w-0' : 'min-w-0 max-md:hidden'}>
        {children}
      </div>
    </div>
  )
}
