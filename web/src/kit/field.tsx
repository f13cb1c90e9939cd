import {
  type InputHTMLAttributes,
  type ReactNode,
  type Ref,
  type SelectHTMLAttributes,
  type TextareaHTMLAttributes,
  useId,
} from 'react'
import { Icon } from '~/kit/icons.tsx'

interface FieldProps {
  readonly label: ReactNode
  /** Said under it before anything went wrong. */
  readonly hint?: ReactNode
  /** What is wrong, instead of the hint. */
  readonly fault?: string | undefined
  /** Beside the label: "optional", a link. */
  readonly aside?: ReactNode
  readonly hideLabel?: boolean
}

interface Wired {
  readonly id: string
  readonly 'aria-describedby': string | undefined
  readonly 'aria-invalid': true | undefined
}

/** Label above, hint or fault below, tied to the control for who listens to the page. */
function Field({
  label,
  hint,
  fault,
  aside,
  hideLabel = false,
  children,
}: FieldProps & { readonly children: (wired: Wired) => ReactNode }) {
  const id = useId()
  const said = fault !== undefined || hint !== undefined
  return (
    <div className="grid content-start gap-1.5">
      <div className={hideLabel ? 'sr-only' : 'flex items-baseline justify-between gap-3'}>
        <label htmlFor={id} className="font-semibold">
          {label}
        </label>
        {aside !== undefined && <span className="text-small text-soft">{aside}</span>}
      </div>
      {children({
        id,
        'aria-describedby': said ? `${id}-said` : undefined,
        'aria-invalid': fault === undefined ? undefined : true,
      })}
      {fault !== undefined ? (
        <p id={`${id}-said`} role="alert" className="flex gap-1.5 text-small text-bad">
          <Icon name="warning" className="mt-0.5 size-4" />
          {fault}
        </p>
      ) : (
        hint !== undefined && (
          <p id={`${id}-said`} className="text-small text-soft">
            {hint}
          </p>
        )
      )}
    </div>
  )
}

const BOX =
  'w-full rounded-control border border-edge bg-card px-3 text-base text-ink text-ellipsis placeholder:text-soft disabled:opacity-60 aria-invalid:border-bad aria-invalid:outline-bad [&[readonly]]:bg-sunken'

type Controls<T> = Omit<T, 'className' | 'id' | 'aria-describedby' | 'aria-invalid'>

interface InputProps extends FieldProps, Controls<InputHTMLAttributes<HTMLInputElement>> {
  readonly ref?: Ref<HTMLInputElement>
  /** Inside, before and behind what is typed: a sign, a unit, a button. */
  readonly before?: ReactNode
  readonly after?: ReactNode
  /** For amounts: figures of one width, at the right. */
  readonly figures?: boolean
}

export function Input({
  label,
  hint,
  fault,
  aside,
  hideLabel,
  before,
  after,
  figures = false,
  ...rest
}: InputProps) {
  const field = { label, hint, fault, aside, ...(hideLabel && { hideLabel }) }
  return (
    <Field {...field}>
      {(wired) => (
        <span className="relative flex">
          {before !== undefined && (
            <span className="pointer-events-none absolute inset-y-0 left-3 flex items-center text-soft">
              {before}
            </span>
          )}
          <input
            {...rest}
            {...wired}
            className={`${BOX} min-h-11 ${before === undefined ? '' : 'pl-9'} ${after === undefined ? '' : 'pr-12'} ${figures ? 'tabular text-right' : ''}`}
          />
          {after !== undefined && (
            <span className="absolute inset-y-0 right-1 flex items-center text-soft">{after}</span>
          )}
        </span>
      )}
    </Field>
  )
}

interface TextareaProps extends FieldProps, Controls<TextareaHTMLAttributes<HTMLTextAreaElement>> {
  readonly ref?: Ref<HTMLTextAreaElement>
}

export function Textarea({
  label,
  hint,
  fault,
  aside,
  hideLabel,
  rows = 3,
  ...rest
}: TextareaProps) {
  const field = { label, hint, fault, aside, ...(hideLabel && { hideLabel }) }
  return (
    <Field {...field}>
      {(wired) => <textarea {...rest} {...wired} rows={rows} className={`${BOX} py-2.5`} />}
    </Field>
  )
}

interface Option {
  readonly value: string
  readonly label: string
}

interface SelectProps extends FieldProps, Controls<SelectHTMLAttributes<HTMLSelectElement>> {
  readonly options: readonly Option[]
  /** Below the options: those of a kind under their name. */
  readonly groups?: readonly { readonly label: string; readonly options: readonly Option[] }[]
  readonly ref?: Ref<HTMLSelectElement>
}

/** The browser's own: on a phone nothing is better, and it costs nothing. */
export function Select({
  label,
  hint,
  fault,
  aside,
  hideLabel,
  options,
  groups = [],
  ...rest
}: SelectProps) {
  const field = { label, hint, fault, aside, ...(hideLabel && { hideLabel }) }
  return (
    <Field {...field}>
      {(wired) => (
        <span className="relative flex">
          <select {...rest} {...wired} className={`${BOX} min-h-11 appearance-none pr-9`}>
            {options.map(optionOf)}
            {groups.map((group) => (
              <optgroup key={group.label} label={group.label}>
                {group.options.map(optionOf)}
              </optgroup>
            ))}
          </select>
          <span className="pointer-events-none absolute inset-y-0 right-3 flex items-center text-soft">
            <Icon name="down" className="size-4" />
          </span>
        </span>
      )}
    </Field>
  )
}

const optionOf = ({ value, label }: Option) => (
  <option key={value} value={value}>
    {label}
  </option>
)
