import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import type { Answer, Body } from '@tongbao/sdk'
import { api } from '~/app/api.ts'
import { useHouseNow } from '~/app/clock.ts'
import { differences } from '~/console/parts/diff.ts'
import { DiffTable } from '~/console/parts/diff-table.tsx'
import { ReasonDialog } from '~/console/parts/reason-dialog.tsx'
import { useTerm } from '~/console/parts/term.ts'
import { useReadTerms, useTermName } from '~/console/products/term-names.ts'
import type { Terms } from '~/console/products/terms.ts'
import { TermsFacts } from '~/console/products/terms-facts.tsx'
import { Facts } from '~/kit/card.tsx'
import { useFormat } from '~/kit/format.ts'
import { tell } from '~/kit/toast.tsx'
import { useText, useWords } from '~/words/words.ts'

export type Version = Answer<'list_product_versions'>['items'][number]
export type ProductType = Body<'add_product'>['product_type']

interface Props {
  readonly version: Version | undefined
  readonly terms: Terms
  readonly type: ProductType
  readonly onClose: () => void
}

/** What is published, for whom and from when; what will be different, and why. */
export function PublishDialog({ version, terms, type, onClose }: Props) {
  const say = useWords('console')
  const queries = useQueryClient()
  const navigate = useNavigate()
  const name = useText()(terms.name)
  const nameOf = useTermName()
  const read = useReadTerms()
  const publish = useMutation({
    mutationFn: (reason: string) =>
      version
        ? api.put('/api/v1/admin/products/{id}', {
            path: { id: String(version.product_id) },
            body: { version: version.version, terms, reason },
          })
        : api.post('/api/v1/admin/products', { body: { product_type: type, terms, reason } }),
    onSuccess: ({ product_id, version: n }) => {
      tell({ title: say('products.published_n', { n }), more: name })
      void queries.invalidateQueries({ queryKey: ['products'] })
      onClose()
      void navigate({ to: '/console/products/$id', params: { id: String(product_id) } })
    },
  })
  return (
    <ReasonDialog
      open
      onClose={onClose}
      onAct={(reason) => publish.mutate(reason)}
      title={say('products.publish_title', { name, n: (version?.version ?? 0) + 1 })}
      more={say('products.publish_more')}
      act={say('products.publish')}
      busy={publish.isPending}
      error={publish.error}
    >
      <Published version={version} terms={terms} type={type} />
      {version ? (
        <DiffTable rows={differences(read(version.terms), read(terms))} nameOf={nameOf} />
      ) : (
        // Of a new one all is new: closed, so that what it comes to stays in sight above the reason.
        <details>
          <summary className="text-soft">{say('products.terms')}</summary>
          <div className="mt-3">
            <TermsFacts terms={terms} />
          </div>
        </details>
      )}
    </ReasonDialog>
  )
}

function Published({ version, terms, type }: Omit<Props, 'onClose'>) {
  const say = useWords('console')
  const term = useTerm()
  const when = useWhen(terms)
  const now = useHouseNow()
  const { money, number } = useFormat()
  const isNew = version === undefined
  const { active, per_user_limit: limit, channels, sale } = terms
  const isOver = sale.until !== null && Date.parse(sale.until) <= now
  const buyers = limit === null ? say('products.for_all') : say('products.for_each', { n: limit })
  const who = active && !isOver ? buyers : say(active ? 'products.for_over' : 'products.for_none')
  return (
    <Facts
      items={[
        {
          term: say('products.one'),
          value: isNew
            ? say('products.new_of', { type: term('type', type) })
            : say('products.number_of', { id: version.product_id, type: term('type', type) }),
        },
        ...(isNew
          ? [
              {
                term: say('products.prices'),
                value: terms.prices
                  .map(({ amount, currency }) => money(amount, currency))
                  .join(' · '),
              },
              { term: say('products.credits'), value: number(terms.credits) },
            ]
          : [
              {
                term: say('products.version'),
                value: say('products.version_after', {
                  n: version.version + 1,
                  of: version.version,
                }),
              },
            ]),
        { term: say('products.for'), value: who },
        {
          term: say('products.channels'),
          value:
            channels?.map((one) => term('channel', one)).join(' · ') ??
            say('products.all_channels'),
        },
        { term: say('products.when'), value: when },
      ]}
    />
  )
}

/** From when it is sold like this, by the clock of who publishes it. */
function useWhen({ active, sale: { from, until } }: Terms): string {
  const say = useWords('console')
  const { dateTime } = useFormat()
  const now = useHouseNow()
  if (!active) return say('products.when_off')
  if (until !== null && Date.parse(until) <= now)
    return say('products.when_over', { until: dateTime(until) })
  const begins =
    from !== null && Date.parse(from) > now
      ? say('products.when_from', { from: dateTime(from) })
      : say('products.when_now')
  return until === null ? begins : say('products.when_until', { begins, until: dateTime(until) })
}
