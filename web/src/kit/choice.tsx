import { type InputHTMLAttributes, type ReactNode, useId } from 'react'

type Base = Omit<InputHTMLAttributes<HTMLInputElement>, 'className' | 'type' | 'id'>

interface CheckProps extends Base {
  readonly label: ReactNode
  readonly hint?: ReactNode
}

interface CheckboxProps extends CheckProps {
  /** Why it must be ticked, once it was tried without. */
  readonly fault?: string | undefined
}

export function Checkbox({ label, hint, fault, ...rest }: CheckboxProps) {
  const id = useId()
  const said = [hint === undefined ? [] : `${id}-hint`, fault === undefined ? [] : `${id}-fault`]
    .flat()
    .join(' ')
  return (
    <div className="flex gap-3">
      <input
        {...rest}
        type="checkbox"
        id={id}
        aria-describedby={said || undefined}
        aria-invalid={fault === undefined ? undefined : true}
        className="mt-1 size-5 shrink-0 accent-bronze"
      />
      <span className="grid">
        <label htmlFor={id}>{label}</label>
        {hint !== undefined && (
          <span id={`${id}-hint`} className="text-small text-soft">
            {hint}
          </span>
        )}
        {fault !== undefined && (
          <span id={`${id}-fault`} role="alert" className="text-small text-bad">
            {fault}
          </span>
        )}
      </span>
    </div>
  )
}

/** On or off at once, without a button that saves. */
export function Switch({ label, hint, ...rest }: CheckProps) {
  const id = useId()
  return (
    <div className="flex items-start justify-between gap-4">
      <span className="grid">
        <label htmlFor={id} className="font-semibold">
          {label}
        </label>
        {hint !== undefined && (
          <span id={`${id}-hint`} className="text-small text-soft">
            {hint}
          </span>
        )}
      </span>
      <input
        {...rest}
        type="checkbox"
        // biome-ignore lint/a11y/useAriaPropsForRole: the browser knows whether its own box is checked.
        role="switch"
        id={id}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        className="relative mt-0.5 h-7 w-12 shrink-0 cursor-pointer appearance-none rounded-full border border-edge bg-sunken transition-colors before:absolute before:top-0.5 before:left-0.5 before:size-5.5 before:rounded-full before:bg-edge before:transition-transform checked:border-bronze checked:bg-bronze checked:before:translate-x-5 checked:before:bg-on-bronze disabled:cursor-not-allowed disabled:opacity-55"
      />
    </div>
  )
}

interface Card<V extends string> {
  readonly value: V
  readonly label: ReactNode
  readonly hint?: ReactNode
  /** At the right: a price, a chip. */
  readonly aside?: ReactNode
  /** Why it cannot be chosen now. */
  readonly disabled?: boolean
}

interface CardsProps<V extends string> {
  readonly legend: ReactNode
  readonly hideLegend?: boolean
  readonly options: readonly Card<V>[]
  readonly value: V | undefined
  readonly onChange: (value: V) => void
  /** Side by side where there is room. */
  readonly columns?: 1 | 2 | 3
}

const COLUMNS = { 1: '', 2: 'sm:grid-cols-2', 3: 'sm:grid-cols-2 lg:grid-cols-3' } as const

/** One of several, each with room to explain itself. */
export function RadioCards<V extends string>({
  legend,
  hideLegend = false,
  options,
  value,
  onChange,
  columns = 1,
}: CardsProps<V>) {
  const name = useId()
  return (
    <fieldset className="min-w-0">
      <legend className={hideLegend ? 'sr-only' : 'mb-2 font-semibold'}>{legend}</legend>
      <div className={`grid gap-3 ${COLUMNS[columns]}`}>
        {options.map((option) => (
          <label
            key={option.value}
            className="flex min-h-14 cursor-pointer items-center gap-3 rounded-card border border-edge bg-card p-4 transition-colors hover:bg-sunken has-checked:border-bronze has-checked:bg-bronze-wash has-checked:shadow-[inset_0_0_0_1px_var(--bronze)] has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-bronze has-disabled:cursor-not-allowed has-disabled:opacity-55"
          >
            <input
              type="radio"
              name={name}
              value={option.value}
              checked={option.value === value}
              disabled={option.disabled}
              onChange={() => onChange(option.value)}
              className="size-5 shrink-0 accent-bronze outline-none"
            />
            <span className="grid min-w-0 flex-1">
              <span className="font-semibold">{option.label}</span>
              {option.hint !== undefined && (
                <span className="text-small text-soft">{option.hint}</span>
              )}
            </span>
            {option.aside !== undefined && <span className="shrink-0">{option.aside}</span>}
          </label>
        ))}
      </div>
    </fieldset>
  )
}

interface SegmentsProps<V extends string> {
  readonly label: string
  readonly options: readonly { readonly value: V; readonly label: ReactNode }[]
  readonly value: V
  readonly onChange: (value: V) => void
}

/** One of a few short words in a row: a period, a theme, a language. */
export function Segments<V extends string>({ label, options, value, onChange }: SegmentsProps<V>) {
  const name = useId()
  return (
    <fieldset className="inline-flex max-w-full rounded-control border border-line bg-sunken p-0.5">
      <legend className="sr-only">{label}</legend>
      {options.map((option) => (
        <label
          key={option.value}
          className="relative flex min-h-9 cursor-pointer items-center justify-center gap-1.5 rounded-[6px] px-3 text-small whitespace-nowrap text-soft hover:text-ink has-checked:bg-card dark:has-checked:bg-line has-checked:font-semibold has-checked:text-ink has-checked:shadow-sm has-focus-visible:outline-2 has-focus-visible:outline-bronze"
        >
          <input
            type="radio"
            name={name}
            value={option.value}
            checked={option.value === value}
            onChange={() => onChange(option.value)}
            className="sr-only"
          />
          {option.label}
        </label>
      ))}
    </fieldset>
  )
}
