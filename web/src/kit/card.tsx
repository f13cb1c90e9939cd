import type { ReactNode } from 'react'

interface Props {
  readonly title?: ReactNode
  readonly more?: ReactNode
  /** At the right of the title: a link, a button. */
  readonly aside?: ReactNode
  /** Without the inner margin: a table, a list. */
  readonly bare?: boolean
  readonly children: ReactNode
}

export function Card({ title, more, aside, bare = false, children }: Props) {
  return (
    <section
      data-bare={bare || undefined}
      className="min-w-0 rounded-card border border-line bg-card"
    >
      {title !== undefined && (
        <header className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 px-4 pt-4 sm:px-6 sm:pt-5">
          <div>
            <h2 className="text-lead font-semibold">{title}</h2>
            {more !== undefined && <p className="text-small text-soft">{more}</p>}
          </div>
          {aside}
        </header>
      )}
      <div className={bare ? 'mt-3' : 'p-4 sm:px-6 sm:py-5'}>{children}</div>
    </section>
  )
}

interface Fact {
  readonly term: ReactNode
  readonly value: ReactNode
}

/** Names and values beside each other. */
export function Facts({ items }: { readonly items: readonly Fact[] }) {
  return (
    <dl className="grid gap-x-6 gap-y-2 sm:grid-cols-[minmax(8rem,auto)_1fr]">
      {items.map(({ term, value }, nth) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a list that is written down once.
        <div key={nth} className="grid gap-x-6 sm:col-span-2 sm:grid-cols-subgrid">
          <dt className="text-small text-soft sm:leading-6">{term}</dt>
          <dd className="min-w-0 break-words">{value}</dd>
        </div>
      ))}
    </dl>
  )
}
