import type { ReactNode } from 'react'
import { Dialog } from '~/kit/dialog.tsx'
import { useWords } from '~/words/words.ts'

interface Props {
  readonly onClose: () => void
  readonly children: ReactNode
}

/** The navigation of a narrow window. */
export function NavigationSheet({ onClose, children }: Props) {
  const say = useWords('console')
  return (
    <Dialog open onClose={onClose} title={say('name')} place="side" width="narrow">
      {children}
    </Dialog>
  )
}
