import type { Difference } from '~/console/parts/diff.ts'
import { useWords } from '~/words/words.ts'

/** What differs, before and after; who does not see colours sees the lines and their order. */
export function DiffTable({ rows }: { readonly rows: readonly Difference[] }) {
  const say = useWords('console')
  if (rows.length === 0) return <p className="text-small text-soft">{say('diff.none')}</p>
  return (
    <div className="overflow-x-auto rounded-control border border-line">
      <table className="w-full text-small">
        <caption className="sr-only">{say('diff.caption')}</caption>
        <thead>
          <tr className="bg-sunken text-left text-soft">
            <th scope="col" className="px-3 py-1.5 font-normal">
              {say('diff.field')}
            </th>
            <th scope="col" className="px-3 py-1.5 font-normal">
              {say('preview.before')}
            </th>
            <th scope="col" className="px-3 py-1.5 font-normal">
              {say('preview.after')}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ path, before, after }) => (
            <tr key={path} className="border-t border-line align-top">
              <th
                scope="row"
                className="px-3 py-1.5 text-left font-mono font-normal wrap-break-word"
              >
                {path}
              </th>
              <td className="px-3 py-1.5 wrap-anywhere">
                {before === undefined ? (
                  <span className="text-soft">{say('nothing')}</span>
                ) : (
                  <del className="text-bad">{before}</del>
                )}
              </td>
              <td className="px-3 py-1.5 wrap-anywhere">
                {after === undefined ? (
                  <span className="text-soft">{say('nothing')}</span>
                ) : (
                  <ins className="text-good no-underline">{after}</ins>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
