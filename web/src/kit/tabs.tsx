import { Tabs as Base } from '@base-ui/react/tabs'
import type { ReactNode } from 'react'

interface Tab<V extends string> {
  readonly value: V
  readonly label: ReactNode
  readonly panel: ReactNode
}

interface Props<V extends string> {
  readonly label: string
  readonly tabs: readonly Tab<V>[]
  readonly value: V
  readonly onChange: (value: V) => void
}

/** Which one is open belongs into the address: keep it in the search of the route. */
export function Tabs<V extends string>({ label, tabs, value, onChange }: Props<V>) {
  return (
    <Base.Root value={value} onValueChange={(next) => onChange(next as V)}>
      <Base.List
        aria-label={label}
        className="flex overflow-x-auto border-b border-line [scrollbar-width:none] sm:gap-1"
      >
        {tabs.map((tab) => (
          <Base.Tab
            key={tab.value}
            value={tab.value}
            className="-mb-px min-h-11 border-b-2 border-transparent px-2 text-small whitespace-nowrap text-soft sm:px-3 sm:text-base hover:text-ink data-active:border-bronze data-active:font-semibold data-active:text-ink focus-visible:-outline-offset-2"
          >
            {tab.label}
          </Base.Tab>
        ))}
      </Base.List>
      {tabs.map((tab) => (
        <Base.Panel key={tab.value} value={tab.value} className="pt-4">
          {tab.panel}
        </Base.Panel>
      ))}
    </Base.Root>
  )
}
