import type { Answer } from '@tongbao/sdk'
import { differences } from '~/console/parts/diff.ts'
import { DiffTable } from '~/console/parts/diff-table.tsx'
import { Actor } from '~/console/parts/links.tsx'
import { useReadTerms, useTermName } from '~/console/products/term-names.ts'
import { Card } from '~/kit/card.tsx'
import { DateTime } from '~/kit/times.tsx'
import { useWords } from '~/words/words.ts'

interface Props {
  /** The newest first. */
  readonly versions: Answer<'list_product_versions'>['items']
}

/** What each version changed of the one before it. */
export function VersionsCard({ versions }: Props) {
  const say = useWords('console')
  const nameOf = useTermName()
  const read = useReadTerms()
  return (
    <Card title={say('products.versions')} bare>
      <ol>
        {versions.map((one, nth) => {
          const before = versions[nth + 1]
          return (
            <li key={one.version} className="border-t border-line px-4 py-3 sm:px-6">
              <p className="flex flex-wrap justify-between gap-2">
                <span className="font-semibold">
                  {say('products.version_n', { n: one.version })}
                </span>
                <span className="text-small text-soft">
                  <DateTime at={one.published_at} />
                </span>
              </p>
              <p className="text-small text-soft">
                {say('by')} <Actor id={one.published_by} />
              </p>
              {before && (
                <details className="mt-1 text-small">
                  <summary className="text-soft">{say('diff.caption')}</summary>
                  <div className="mt-2">
                    <DiffTable
                      rows={differences(read(before.terms), read(one.terms))}
                      nameOf={nameOf}
                    />
                  </div>
                </details>
              )}
            </li>
          )
        })}
      </ol>
    </Card>
  )
}
