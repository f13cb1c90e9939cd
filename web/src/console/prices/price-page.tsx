import { useMutation, useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import type { Body } from '@tongbao/sdk'
import { useState } from 'react'
import { api } from '~/app/api.ts'
import { keep, kept } from '~/app/kept.ts'
import { differences } from '~/console/parts/diff.ts'
import { DiffTable } from '~/console/parts/diff-table.tsx'
import { linkLook } from '~/console/parts/links.tsx'
import { useMay } from '~/console/parts/may.ts'
import { PairSkeleton } from '~/console/parts/skeletons.tsx'
import type { Price } from '~/console/prices/page.tsx'
import { PreviewCard } from '~/console/prices/preview-card.tsx'
import { PublishPrice } from '~/console/prices/publish-price.tsx'
import { RuleFacts } from '~/console/prices/rule-facts.tsx'
import { RuleForm } from '~/console/prices/rule-form.tsx'
import { useRuleName } from '~/console/prices/rule-name.ts'
import { VersionList } from '~/console/prices/version-list.tsx'
import { Button } from '~/kit/button.tsx'
import { Card } from '~/kit/card.tsx'
import { DataBlock } from '~/kit/data-block.tsx'
import { Input } from '~/kit/field.tsx'
import { ProblemNote } from '~/kit/notes.tsx'
import { PageHeader } from '~/kit/page-header.tsx'
import { useWords } from '~/words/words.ts'

export type Rule = Price['rule']
const route = getRouteApi('/console/prices/edit')
const NEW_RULE: Rule = {
  ...{ base: 1, terms: [], multipliers: [], windows: [], discounts: [] },
  ...{ minimum: 0, first_free: false },
}

export function PricePage() {
  const say = useWords('console')
  const may = useMay()
  const { action } = route.useSearch()
  const isNew = action === undefined
  const query = useQuery({
    queryKey: ['prices', action],
    queryFn: ({ signal }) =>
      api.get('/api/v1/admin/prices', { query: { action, limit: 50 }, signal }),
    select: ({ items }) => items,
    enabled: !isNew,
  })
  const above = (
    <Link to="/console/prices" className={linkLook}>
      {say('prices.title')}
    </Link>
  )
  if (isNew)
    return (
      <>
        <PageHeader title={say('prices.add')} above={above} />
        <Draft action={undefined} versions={[]} />
      </>
    )
  return (
    <>
      <PageHeader title={action} above={above} />
      <DataBlock query={query} skeleton={<PairSkeleton from="lg" />}>
        {(versions) =>
          may('prices:write') ? (
            <Draft key={versions[0]?.price_version} action={action} versions={versions} />
          ) : (
            <ReadOnly versions={versions} />
          )
        }
      </DataBlock>
    </>
  )
}

function ReadOnly({ versions }: { readonly versions: readonly Price[] }) {
  const say = useWords('console')
  const inForce = versions.find(({ state }) => state === 'in_force') ?? versions[0]
  return (
    <div className="grid items-start gap-4 lg:grid-cols-[1fr_22rem]">
      {inForce && (
        <Card title={say('prices.rule')} more={say('prices.read_only')}>
          <RuleFacts rule={inForce.rule} />
        </Card>
      )}
      <VersionList versions={versions} />
    </div>
  )
}

interface DraftProps {
  readonly action: string | undefined
  readonly versions: readonly Price[]
}

/** A draft is this browser's until it is published; it survives a reload. */
function Draft({ action, versions }: DraftProps) {
  const say = useWords('console')
  const newest = versions[0]
  const place = `draft.price.${action ?? 'new'}.${newest?.price_version ?? 0}`
  const [rule, setRule] = useState<Rule>(() => draftAt(place) ?? newest?.rule ?? NEW_RULE)
  const [name, setName] = useState('')
  const [publishing, setPublishing] = useState(false)
  const preview = useMutation({
    mutationFn: (changes: Body<'preview_prices'>['changes']) =>
      api.post('/api/v1/admin/prices/preview', { body: { changes } }),
  })
  const write = (next: Rule) => {
    setRule(next)
    keep(place, JSON.stringify(next))
    preview.reset()
  }
  const named = action ?? name
  const nameOf = useRuleName()
  const changes = differences(newest?.rule ?? {}, rule)
  return (
    <div className="grid items-start gap-4 lg:grid-cols-[1fr_22rem]">
      <div className="grid min-w-0 gap-4">
        <Card title={say('prices.draft')} more={say('prices.draft_more')}>
          <div className="grid gap-6">
            {action === undefined && (
              <Input
                label={say('prices.action')}
                hint={say('prices.action_hint')}
                value={name}
                pattern="[a-z][a-z0-9_.]*"
                onChange={(event) => setName(event.target.value.trim())}
              />
            )}
            <RuleForm rule={rule} onChange={write} />
            <div className="flex flex-wrap gap-3">
              <Button
                busy={preview.isPending}
                disabled={named === '' || changes.length === 0}
                onClick={() => preview.mutate([{ action: named, rule, samples: [] }])}
              >
                {say('prices.preview')}
              </Button>
              <Button
                look="primary"
                disabled={named === '' || changes.length === 0 || !preview.data}
                onClick={() => setPublishing(true)}
              >
                {say('prices.publish')}
              </Button>
              {changes.length > 0 && (
                <Button look="quiet" onClick={() => write(newest?.rule ?? NEW_RULE)}>
                  {say('products.undo')}
                </Button>
              )}
            </div>
            {!preview.data && changes.length > 0 && (
              <p className="text-small text-soft">{say('prices.preview_first')}</p>
            )}
            {preview.error !== null && <ProblemNote error={preview.error} />}
          </div>
        </Card>
        <Card title={say('diff.caption')} more={say('products.changes', { n: changes.length })}>
          <DiffTable rows={changes} nameOf={nameOf} />
        </Card>
        {preview.data && <PreviewCard action={named} rule={rule} told={preview.data} />}
      </div>
      <VersionList versions={versions} />
      {publishing && (
        <PublishPrice
          action={named}
          rule={rule}
          afterVersion={newest?.price_version ?? 0}
          changes={changes}
          impact={preview.data?.items[0]?.impact ?? null}
          onClose={() => setPublishing(false)}
        />
      )}
    </div>
  )
}

const draftAt = (place: string): Rule | undefined => {
  try {
    const text = kept(place)
    return text === undefined ? undefined : { ...NEW_RULE, ...(JSON.parse(text) as Rule) }
  } catch {
    return undefined
  }
}
