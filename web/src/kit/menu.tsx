import { Menu as Base } from '@base-ui/react/menu'
import type { ReactElement, ReactNode } from 'react'
import { Icon, type IconName } from '~/kit/icons.tsx'

const POPUP =
  'min-w-52 max-w-[calc(100vw-1rem)] rounded-card border border-line bg-card p-1.5 text-ink shadow-float outline-none transition duration-100 data-ending-style:opacity-0 data-starting-style:scale-95 data-starting-style:opacity-0'
const ITEM =
  'flex min-h-10 w-full cursor-default items-center gap-2.5 rounded-control px-3 py-1.5 text-left outline-none select-none data-highlighted:bg-sunken'

interface Props {
  /** What opens it: an element that takes the props of a button. */
  readonly trigger: ReactElement
  readonly children: ReactNode
  readonly align?: 'start' | 'end'
  /** Opened by the press that made it be loaded. */
  readonly defaultOpen?: boolean
}

export function Menu({ trigger, children, align = 'end', defaultOpen = false }: Props) {
  return (
    <Base.Root defaultOpen={defaultOpen}>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner sideOffset={6} align={align} className="z-50 outline-none">
          <Base.Popup className={POPUP}>{children}</Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}

interface ItemProps {
  readonly icon?: IconName
  readonly danger?: boolean
  readonly onSelect?: () => void
  /** A link instead: `render={<Link to="/settings" />}`. */
  readonly render?: ReactElement
  readonly children: ReactNode
}

export function MenuItem({ icon, danger = false, onSelect, render, children }: ItemProps) {
  return (
    <Base.Item
      {...(render && { render })}
      {...(onSelect && { onClick: onSelect })}
      className={`${ITEM} ${danger ? 'text-bad' : ''}`}
    >
      {icon && <Icon name={icon} className="size-5 text-soft" />}
      {children}
    </Base.Item>
  )
}

interface ChoiceProps<V extends string> {
  readonly label: string
  readonly value: V
  readonly options: readonly {
    readonly value: V
    readonly label: string
    readonly icon?: IconName
  }[]
  readonly onChange: (value: V) => void
}

/** One of several within a menu: a language, a theme. */
export function MenuChoice<V extends string>({ label, value, options, onChange }: ChoiceProps<V>) {
  return (
    <Base.Group>
      <Base.GroupLabel className="px-3 pt-2 pb-1 text-tiny text-soft">{label}</Base.GroupLabel>
      <Base.RadioGroup value={value} onValueChange={(next) => onChange(next as V)}>
        {options.map((option) => (
          <Base.RadioItem
            key={option.value}
            value={option.value}
            closeOnClick={false}
            className={ITEM}
          >
            {option.icon && <Icon name={option.icon} className="size-5 text-soft" />}
            <span className="flex-1">{option.label}</span>
            <Base.RadioItemIndicator>
              <Icon name="check" className="size-4 text-bronze" />
            </Base.RadioItemIndicator>
          </Base.RadioItem>
        ))}
      </Base.RadioGroup>
    </Base.Group>
  )
}

export const MenuLine = () => <Base.Separator className="my-1.5 h-px bg-line" />
