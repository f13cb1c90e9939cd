import type { Difference } from '~/console/parts/diff.ts'
import { useWords } from '~/words/words.ts'

interface Props {
  readonly rows: readonly Difference[]
  /** What people call it; what has no name is shown as it is kept. */
  readonly nameOf?: (path: string) => string | undefined
}

/** What differs, before and after; who does not see colours sees the lines and their order. */
export function DiffTable({ rows, nameOf = () => undefined }: Props) {
  const say = useWords('console')
  const shown = useShown()
  if (rows.length === 0) return <p className="text-small text-soft">{say('diff.none')}</p>
  return (
    <div className="overflow-x-auto rounded-control border border-line">
      <table className="w-full text-small">
        <caption className="sr-only">{say('diff.caption')}</caption>
        <thead>
          <tr className="bg-sunken text-left text-soft">
            <th scope="col" className="px-3 py-1.5 font-normal whitespace-nowrap">
              {say('diff.field')}
            </th>
            <th scope="col" className="px-3 py-1.5 font-normal whitespace-nowrap">
              {say('preview.before')}
            </th>
            <th scope="col" className="px-3 py-1.5 font-normal whitespace-nowrap">
              {say('preview.after')}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ path, before, after }) => (
            <tr key={path} className="border-t border-line align-top">
              <th scope="row" className="px-3 py-1.5 text-left font-normal wrap-break-word">
                {nameOf(path) ?? <span className="font-mono">{path}</span>}
              </th>
              <td className="px-3 py-1.5 wrap-anywhere">
                {before === undefined || before === '' ? (
                  <span className="text-soft">{say('nothing')}</span>
                ) : (
                  <del className="text-bad">{shown(before)}</del>
                )}
              </td>
              <td className="px-3 py-1.5 wrap-anywhere">
                {after === undefined || after === '' ? (
                  <span className="text-soft">{say('nothing')}</span>
                ) : (
                  <ins className="text-good no-underline">{shown(after)}</ins>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** A value as it is read: what is not there, or has nothing in it, is said to be nothing. */
export function useShown(): (text: string | undefined) => string {
  const say = useWords('console')
  return (text = '') => {
    if (text === '') return say('nothing')
    return text === 'true' || text === 'false' ? say(`diff.${text}`) : text
  }
}
