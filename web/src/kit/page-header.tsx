import { type ReactNode, useEffect } from 'react'
import { useWords } from '~/words/words.ts'

interface Props {
  readonly title: string
  readonly more?: ReactNode
  /** What can be done here, at the right. */
  readonly acts?: ReactNode
  /** Where one is within the area, above the title. */
  readonly above?: ReactNode
}

/** The one h1 of a page; it names the tab of the browser too. */
export function PageHeader({ title, more, acts, above }: Props) {
  useTitle(title)
  return (
    <header className="mb-6 flex flex-wrap items-end justify-between gap-x-6 gap-y-3">
      <div className="min-w-0">
        {above !== undefined && <div className="mb-1 text-small text-soft">{above}</div>}
        <h1 className="text-title font-semibold sm:text-head">{title}</h1>
        {more !== undefined && <p className="mt-1 text-soft">{more}</p>}
      </div>
      {acts !== undefined && <div className="flex flex-wrap gap-2">{acts}</div>}
    </header>
  )
}

export function useTitle(title: string): void {
  const say = useWords('kit')
  useEffect(() => {
    document.title = say('page.titled', { title })
  }, [say, title])
}
