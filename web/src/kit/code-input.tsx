import { useId } from 'react'

const LETTERS = 6

interface Props {
  readonly label: string
  readonly fault?: string | undefined
  readonly value: string
  readonly onChange: (code: string) => void
  /** Called when the last figure is there. */
  readonly onComplete?: (code: string) => void
  readonly disabled?: boolean
  readonly autoFocus?: boolean
}

/**
 * Six figures in one field, drawn as six places: it takes what is pasted and what the phone offers from a message, and
 * who listens finds one field and not six.
 */
export function CodeInput({
  label,
  fault,
  value,
  onChange,
  onComplete,
  disabled = false,
  autoFocus = false,
}: Props) {
  const id = useId()
  return (
    <div className="grid content-start gap-1.5">
      <label htmlFor={id} className="font-semibold">
        {label}
      </label>
      <div className="relative">
        <input
          id={id}
          value={value}
          disabled={disabled}
          // biome-ignore lint/a11y/noAutofocus: the one field of its page, where the code is what one came for.
          autoFocus={autoFocus}
          inputMode="numeric"
          autoComplete="one-time-code"
          maxLength={LETTERS + 2}
          aria-invalid={fault === undefined ? undefined : true}
          aria-describedby={fault === undefined ? undefined : `${id}-fault`}
          onChange={({ target }) => {
            const code = target.value.replace(/\D/g, '').slice(0, LETTERS)
            onChange(code)
            if (code.length === LETTERS) onComplete?.(code)
          }}
          className="peer absolute inset-0 z-10 size-full cursor-text opacity-0"
        />
        <div
          aria-hidden="true"
          className="grid grid-cols-6 gap-2 rounded-control peer-focus-visible:outline-2 peer-focus-visible:outline-offset-4 peer-focus-visible:outline-bronze"
        >
          {Array.from({ length: LETTERS }, (_, nth) => (
            <span
              // biome-ignore lint/suspicious/noArrayIndexKey: six places that never move.
              key={nth}
              className={`tabular grid h-13 place-items-center rounded-control border bg-card text-title ${fault === undefined ? 'border-edge' : 'border-bad'} ${nth === value.length ? 'border-bronze' : ''}`}
            >
              {value[nth]}
            </span>
          ))}
        </div>
      </div>
      {fault !== undefined && (
        <p id={`${id}-fault`} role="alert" className="text-small text-bad">
          {fault}
        </p>
      )}
    </div>
  )
}
