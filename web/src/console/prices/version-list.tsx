import { differences } from '~/console/parts/diff.ts'
import { DiffTable } from '~/console/parts/diff-table.tsx'
import { Actor } from '~/console/parts/links.tsx'
import { StateChip } from '~/console/parts/state-chip.tsx'
import { useTerm } from '~/console/parts/term.ts'
import type { Price } from '~/console/prices/page.tsx'
import { reasonOf } from '~/console/prices/price-reason.ts'
import { useRuleName } from '~/console/prices/rule-name.ts'
import { Since } from '~/console/prices/since.tsx'
import { Card } from '~/kit/card.tsx'
import { EmptyState } from '~/kit/empty-state.tsx'
import { useWords } from '~/words/words.ts'

/** What each version changed of the one before it. */
export function VersionList({ versions }: { readonly versions: readonly Price[] }) {
  const say = useWords('console')
  const term = useTerm()
  const nameOf = useRuleName()
  return (
    <Card title={say('products.versions')} bare>
      {versions.length === 0 && <EmptyState icon="scale" title={say('prices.no_versions')} />}
      <ol>
        {versions.map((one, nth) => {
          const before = versions[nth + 1]
          return (
            <li key={one.price_version} className="border-t border-line px-4 py-3 sm:px-6">
              <p className="flex flex-wrap items-center justify-between gap-2">
                <span className="font-semibold">
                  {say('products.version_n', { n: one.price_version })}
                </span>
                <StateChip state={one.state} />
              </p>
              <p className="text-small text-soft">
                {say('prices.effective')} <Since at={one.effective_at} />
              </p>
              <p className="text-small text-soft">{reasonOf(one, term)}</p>
              <p className="text-small text-soft">
                {say('by')} <Actor id={one.published_by} />
              </p>
              <details className="mt-1 text-small">
                <summary className="text-soft">{say('diff.caption')}</summary>
                <div className="mt-2">
                  <DiffTable rows={differences(before?.rule ?? {}, one.rule)} nameOf={nameOf} />
                </div>
              </details>
            </li>
          )
        })}
      </ol>
    </Card>
  )
}
