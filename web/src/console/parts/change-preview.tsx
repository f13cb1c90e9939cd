import type { ReactNode } from 'react'
import { Icon } from '~/kit/icons.tsx'
import { useWords } from '~/words/words.ts'

interface Line {
  readonly label: string
  readonly before: ReactNode
  readonly after: ReactNode
}

/** What is now, and what will be. */
export function ChangePreview({ lines }: { readonly lines: readonly Line[] }) {
  const say = useWords('console')
  return (
    <table className="w-full rounded-control bg-sunken text-small">
      <caption className="sr-only">{say('preview.caption')}</caption>
      <thead>
        <tr className="text-soft">
          <td className="px-3 pt-2" />
          <th scope="col" className="px-3 pt-2 text-right font-normal">
            {say('preview.before')}
          </th>
          <td />
          <th scope="col" className="px-3 pt-2 text-right font-normal">
            {say('preview.after')}
          </th>
        </tr>
      </thead>
      <tbody>
        {lines.map(({ label, before, after }) => (
          <tr key={label}>
            <th scope="row" className="px-3 py-2 text-left font-normal text-soft">
              {label}
            </th>
            <td className="tabular px-3 py-2 text-right">{before}</td>
            <td className="text-soft">
              <Icon name="right" className="size-4" />
            </td>
            <td className="tabular px-3 py-2 text-right font-semibold">{after}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
