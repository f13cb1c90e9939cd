import { Dialog as Base } from '@base-ui/react/dialog'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { Button, IconButton } from '~/kit/button.tsx'
import { Input } from '~/kit/field.tsx'
import { hush } from '~/kit/toast.tsx'
import { useWords } from '~/words/words.ts'

/** Of the same layer as a dialog: one over another covers that one, too. */
const BACKDROP =
  'fixed inset-0 z-50 bg-black/45 transition-opacity duration-150 data-ending-style:opacity-0 data-starting-style:opacity-0'
const POPUP =
  'fixed z-50 flex max-h-[92dvh] flex-col bg-card text-ink shadow-float outline-none transition duration-200'
/** On a phone it comes from below and leaves the thumb its place. */
const SHEET =
  'inset-x-0 bottom-0 rounded-t-card pb-[env(safe-area-inset-bottom)] max-sm:data-ending-style:translate-y-full max-sm:data-starting-style:translate-y-full'
const WINDOW =
  'sm:inset-x-auto sm:bottom-auto sm:top-1/2 sm:left-1/2 sm:-translate-x-1/2 sm:-translate-y-1/2 sm:rounded-card sm:border sm:border-line sm:data-ending-style:opacity-0 sm:data-starting-style:opacity-0'
const DRAWER =
  'sm:inset-y-0 sm:right-0 sm:left-auto sm:bottom-0 sm:h-dvh sm:max-h-dvh sm:rounded-none sm:border-l sm:border-line sm:data-ending-style:translate-x-full sm:data-starting-style:translate-x-full'
const WIDTHS = { narrow: 'sm:w-[26rem]', normal: 'sm:w-[34rem]', wide: 'sm:w-[48rem]' } as const

interface Props {
  readonly open: boolean
  readonly onClose: () => void
  readonly title: ReactNode
  readonly more?: ReactNode
  readonly children?: ReactNode
  /** The acts, at the end; the first of them is the main one. */
  readonly acts?: ReactNode
  readonly width?: keyof typeof WIDTHS
  /** A drawer at the right, for looking at one thing of a list. */
  readonly place?: 'middle' | 'side'
  /** While something is on its way, or has to be kept first: no cross, no key and no press beside it closes it. */
  readonly busy?: boolean
  /** Something to be read before anything is pressed: then the title has the focus, and no field. */
  readonly toRead?: boolean
}

export function Dialog({
  open,
  onClose,
  title,
  more,
  children,
  acts,
  width = 'normal',
  place = 'middle',
  busy = false,
  toRead = false,
}: Props) {
  const say = useWords('kit')
  const body = useRef<HTMLDivElement>(null)
  const head = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    if (open) hush()
  }, [open])
  return (
    <Base.Root open={open} onOpenChange={(next) => !next && !busy && onClose()}>
      <Base.Portal>
        <Base.Backdrop forceRender className={BACKDROP} />
        <Base.Popup
          initialFocus={(by) => (toRead ? head.current : firstField(body.current, by))}
          className={`${POPUP} ${SHEET} ${place === 'side' ? DRAWER : WINDOW} ${WIDTHS[width]} sm:max-w-[calc(100vw-2rem)]`}
        >
          <header className="flex items-start gap-3 px-4 pt-4 sm:px-6 sm:pt-5">
            <div className="min-w-0 flex-1">
              <Base.Title
                ref={head}
                tabIndex={toRead ? -1 : undefined}
                className="text-lead font-semibold break-words outline-none"
              >
                {title}
              </Base.Title>
              {more !== undefined && (
                <Base.Description className="mt-1 text-small text-soft">{more}</Base.Description>
              )}
            </div>
            {/* Its middle at the height of the title's. */}
            <span className="-mt-1 -mr-1">
              <Base.Close
                render={
                  <IconButton
                    icon="close"
                    size="small"
                    label={say('dialog.close')}
                    disabled={busy}
                  />
                }
              />
            </span>
          </header>
          <div ref={body} className="min-h-0 flex-1 overflow-y-auto px-4 py-4 sm:px-6">
            {children}
          </div>
          {acts !== undefined && (
            <footer className="flex flex-col gap-2 border-t border-line px-4 py-3 sm:flex-row-reverse sm:px-6">
              {acts}
            </footer>
          )}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  )
}

/** Whoever opens a form wants to write; by touch that would cover half of it with keys. */
function firstField(body: HTMLElement | null, by: string): HTMLElement | true {
  if (by === 'touch' || matchMedia('(pointer: coarse)').matches) return true
  const fields = 'input:checked, input:not([type="radio"]), select, textarea'
  return body?.querySelector<HTMLElement>(`:is(${fields}):enabled`) ?? true
}

interface ConfirmProps {
  readonly open: boolean
  readonly onClose: () => void
  readonly onConfirm: () => void
  readonly title: ReactNode
  readonly more?: ReactNode
  readonly act: string
  readonly danger?: boolean
  readonly busy?: boolean
  /** For what cannot be undone: this must be typed first. */
  readonly typed?: string
  readonly children?: ReactNode
}

/** Asks once more before something happens. */
export function ConfirmDialog({
  open,
  onClose,
  onConfirm,
  title,
  more,
  act,
  danger = false,
  busy = false,
  typed,
  children,
}: ConfirmProps) {
  const say = useWords('kit')
  const [text, setText] = useState('')
  const ready = typed === undefined || text.trim() === typed
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={title}
      more={more}
      width="narrow"
      busy={busy}
      acts={
        <>
          <Button
            look={danger ? 'danger' : 'primary'}
            busy={busy}
            disabled={!ready}
            onClick={onConfirm}
          >
            {act}
          </Button>
          <Button onClick={onClose} disabled={busy}>
            {say('dialog.cancel')}
          </Button>
        </>
      }
    >
      {children}
      {typed !== undefined && (
        <Input
          label={say('dialog.type_to_confirm', { text: typed })}
          value={text}
          autoComplete="off"
          onChange={(event) => setText(event.target.value)}
        />
      )}
    </Dialog>
  )
}
