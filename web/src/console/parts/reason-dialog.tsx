import { type ReactNode, useEffect, useRef, useState } from 'react'
import { isUnknown } from '~/app/problem.ts'
import { Button } from '~/kit/button.tsx'
import { Dialog } from '~/kit/dialog.tsx'
import { Input, Textarea } from '~/kit/field.tsx'
import { ProblemNote } from '~/kit/notes.tsx'
import { useWords } from '~/words/words.ts'

const REASON_LETTERS_MAX = 500

interface Props {
  readonly open: boolean
  readonly onClose: () => void
  readonly onAct: (reason: string) => void
  readonly title: string
  readonly more?: ReactNode
  readonly act: string
  readonly danger?: boolean
  readonly busy: boolean
  readonly error: unknown
  /** Present where it cannot be undone: this must be typed. */
  readonly typed?: string
  /** Something in it is not right yet. */
  readonly blocked?: boolean
  /** Left out where nothing is asked but whether. */
  readonly withoutReason?: boolean
  /** The person it is about will read the reason, in their own history. */
  readonly isSeen?: boolean
  /** Above the reason: the fields, and what will be different; `asked` once it was tried with something lacking. */
  readonly children?: ReactNode | ((asked: boolean) => ReactNode)
}

/** What staff do to others: what will be different, why, and for what cannot be undone a word typed. */
export function ReasonDialog({
  open,
  onClose,
  onAct,
  title,
  more,
  act,
  danger = false,
  busy,
  error,
  typed,
  blocked = false,
  withoutReason = false,
  isSeen = false,
  children,
}: Props) {
  const say = useWords('console')
  const kit = useWords('kit')
  const [reason, setReason] = useState('')
  const [text, setText] = useState('')
  const [tries, setTries] = useState(0)
  const asked = tries > 0
  const unknown = !busy && isUnknown(error)
  const form = useRef<HTMLFormElement>(null)
  const lacksReason = !withoutReason && reason.trim() === ''
  const ready = !blocked && !lacksReason && (typed === undefined || text.trim() === typed)
  const send = () => {
    setTries(tries + 1)
    if (ready) onAct(reason.trim())
  }
  // On a phone what lacks may lie under the acts.
  useEffect(() => {
    if (tries === 0) return
    const lacking = form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')
    lacking?.focus({ preventScroll: true })
    const told = lacking ?? form.current?.lastElementChild
    told?.scrollIntoView({ block: 'center' })
  }, [tries])
  // The answer comes later than the try, and is said below the fields.
  useEffect(() => {
    if (error) form.current?.lastElementChild?.scrollIntoView({ block: 'nearest' })
  }, [error])
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={title}
      more={more}
      busy={busy}
      acts={<Acts {...{ act, danger, busy, unknown }} onSend={send} onClose={onClose} />}
    >
      <form
        ref={form}
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          send()
        }}
      >
        <fieldset disabled={unknown} className="contents">
          {typeof children === 'function' ? children(asked) : children}
          {!withoutReason && (
            <Textarea
              label={say('reason.label')}
              hint={say(isSeen ? 'reason.hint_seen' : 'reason.hint')}
              fault={asked && lacksReason ? say('reason.missing') : undefined}
              value={reason}
              maxLength={REASON_LETTERS_MAX}
              rows={2}
              onChange={(event) => setReason(event.target.value)}
            />
          )}
          {typed !== undefined && (
            <Input
              label={kit('dialog.type_to_confirm', { text: typed })}
              fault={asked && text.trim() !== typed ? say('typed.missing') : undefined}
              value={text}
              autoComplete="off"
              onChange={(event) => setText(event.target.value)}
            />
          )}
        </fieldset>
        {Boolean(error) && <ProblemNote error={error} of="acting" />}
      </form>
    </Dialog>
  )
}

interface ActsProps extends Pick<Props, 'act' | 'busy' | 'onClose'> {
  readonly danger: boolean
  /** No answer came: the same once more, which happens once, only finds out. */
  readonly unknown: boolean
  readonly onSend: () => void
}

function Acts({ act, danger, busy, unknown, onSend, onClose }: ActsProps) {
  const kit = useWords('kit')
  return (
    <>
      <Button look={danger && !unknown ? 'danger' : 'primary'} busy={busy} onClick={onSend}>
        {unknown ? kit('problem.check') : act}
      </Button>
      <Button onClick={onClose} disabled={busy}>
        {unknown ? kit('dialog.close') : kit('dialog.cancel')}
      </Button>
    </>
  )
}
