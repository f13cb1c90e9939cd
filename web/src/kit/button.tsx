import type { ButtonHTMLAttributes, ReactNode, Ref } from 'react'
import { Icon, type IconName } from '~/kit/icons.tsx'
import { Spinner } from '~/kit/spinner.tsx'

const LOOKS = {
  primary:
    'bg-bronze text-on-bronze not-aria-disabled:hover:bg-bronze-deep not-aria-disabled:active:bg-bronze-deep',
  second:
    'bg-card text-ink border border-edge not-aria-disabled:hover:bg-sunken not-aria-disabled:active:bg-line',
  quiet: 'text-ink not-aria-disabled:hover:bg-sunken not-aria-disabled:active:bg-line',
  danger: 'bg-bad text-on-bad not-aria-disabled:hover:opacity-90',
} as const
const SIZES = {
  small: 'min-h-9 px-3 gap-1.5 text-small whitespace-nowrap',
  normal: 'min-h-11 px-4 gap-2 text-base',
  large: 'min-h-13 px-6 gap-2 text-lead',
} as const

interface Look {
  readonly look?: keyof typeof LOOKS
  readonly size?: keyof typeof SIZES
  /** As wide as what it stands in. */
  readonly wide?: boolean
}

/** The looks of a button for what is a link: `<Link className={buttonLook({ look: 'primary' })}>`. */
export const buttonLook = ({ look = 'second', size = 'normal', wide = false }: Look = {}): string =>
  [
    'inline-flex items-center justify-center rounded-control font-semibold text-center leading-tight',
    'select-none transition-colors aria-disabled:cursor-not-allowed aria-disabled:opacity-55',
    'aria-busy:cursor-progress',
    LOOKS[look],
    SIZES[size],
    wide ? 'w-full' : '',
  ].join(' ')

interface Props extends Look, Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'className'> {
  readonly busy?: boolean
  readonly icon?: IconName
  readonly children: ReactNode
  readonly ref?: Ref<HTMLButtonElement>
}

/** While it is busy it keeps its place, its words and the focus, and hears nothing. */
export function Button({
  busy = false,
  disabled = false,
  icon,
  look,
  size,
  wide,
  children,
  onClick,
  type = 'button',
  ...rest
}: Props) {
  const isDeaf = busy || disabled
  return (
    <button
      {...rest}
      type={type}
      aria-busy={busy || undefined}
      aria-disabled={isDeaf || undefined}
      className={buttonLook({
        ...(look && { look }),
        ...(size && { size }),
        ...(wide && { wide }),
      })}
      onClick={(event) => {
        if (!isDeaf) return onClick?.(event)
        event.preventDefault() // nor does it send its form
      }}
    >
      {busy ? <Spinner /> : icon && <Icon name={icon} className="size-[1.15em]" />}
      {children}
    </button>
  )
}

interface IconProps extends Omit<Props, 'children' | 'icon' | 'wide'> {
  readonly icon: IconName
  /** What it does, for who does not see the picture. */
  readonly label: string
}

/** A button that is a picture alone. */
export function IconButton({ icon, label, look = 'quiet', size = 'normal', ...rest }: IconProps) {
  const { busy = false, disabled = false, onClick, ref, ...others } = rest
  const isDeaf = busy || disabled
  return (
    <button
      {...others}
      ref={ref}
      type="button"
      aria-label={label}
      title={label}
      aria-busy={busy || undefined}
      aria-disabled={isDeaf || undefined}
      className={`${buttonLook({ look, size })} ${size === 'small' ? 'w-9' : 'w-11'} !px-0`}
      onClick={(event) => (isDeaf ? event.preventDefault() : onClick?.(event))}
    >
      {busy ? <Spinner /> : <Icon name={icon} />}
    </button>
  )
}
