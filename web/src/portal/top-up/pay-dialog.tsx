import { Dialog } from '~/kit/dialog.tsx'
import { Progress } from '~/portal/top-up/progress.tsx'
import { useWords } from '~/words/words.ts'

interface Props {
  readonly id: string | undefined
  readonly onClose: () => void
  /** Another payment takes its place: a new code, another way to pay. */
  readonly onOther: (id: string) => void
}

/** One payment from its code to its credits. It is in the address: who leaves finds it again. */
export function PayDialog({ id, onClose, onOther }: Props) {
  const say = useWords('top-up')
  return (
    <Dialog open={id !== undefined} onClose={onClose} title={say('dialog.title')} width="narrow">
      {id !== undefined && <Progress key={id} id={id} onClose={onClose} onOther={onOther} />}
    </Dialog>
  )
}
