import { useMutation } from '@tanstack/react-query'
import type { Answer } from '@tongbao/sdk'
import { useState } from 'react'
import { api } from '~/app/api.ts'
import type { Rule } from '~/console/prices/price-page.tsx'
import { Button } from '~/kit/button.tsx'
import { Card, Facts } from '~/kit/card.tsx'
import { Textarea } from '~/kit/field.tsx'
import { useFormat } from '~/kit/format.ts'
import { Note, ProblemNote } from '~/kit/notes.tsx'
import { useWords } from '~/words/words.ts'

type Told = Answer<'preview_prices'>
export type Impact = Told['items'][number]['impact']

interface Props {
  readonly action: string
  readonly rule: Rule
  readonly told: Told
}

/** What last week would have cost by the new rule, and what any job would. */
export function PreviewCard({ action, rule, told }: Props) {
  const say = useWords('console')
  const impact = told.items[0]?.impact ?? null
  return (
    <Card title={say('impact.title')} more={say('impact.more')}>
      <div className="grid gap-6">
        {impact ? <ImpactFacts impact={impact} /> : <Note>{say('impact.none')}</Note>}
        <Sample action={action} rule={rule} />
      </div>
    </Card>
  )
}

export function ImpactFacts({ impact }: { readonly impact: NonNullable<Impact> }) {
  const say = useWords('console')
  const format = useFormat()
  if (impact.charges === 0) return <Note>{say('impact.none')}</Note>
  const share = impact.before === 0 ? undefined : impact.change / impact.before
  return (
    <div className="grid gap-3">
      <Facts
        items={[
          { term: say('impact.charges'), value: format.number(impact.charges) },
          { term: say('impact.before'), value: format.number(impact.before) },
          { term: say('impact.after'), value: format.number(impact.after) },
          {
            term: say('impact.change'),
            value: (
              <span className="tabular font-semibold">
                {format.signed(impact.change)}
                {share !== undefined && ` (${share > 0 ? '+' : ''}${format.percent(share)})`}
              </span>
            ),
          },
        ]}
      />
      {impact.refused > 0 && (
        <Note tone="warn">{say('impact.refused', { n: impact.refused })}</Note>
      )}
      {impact.unknown > 0 && <Note>{say('impact.unknown', { n: impact.unknown })}</Note>}
    </div>
  )
}

function Sample({ action, rule }: { readonly action: string; readonly rule: Rule }) {
  const say = useWords('console')
  const format = useFormat()
  const [text, setText] = useState('{}')
  const params = paramsIn(text)
  const ask = useMutation({
    mutationFn: (sample: Readonly<Record<string, unknown>>) =>
      api.post('/api/v1/admin/prices/preview', {
        body: { changes: [{ action, rule, samples: [{ params: sample as never }] }] },
      }),
  })
  const sample = ask.data?.items[0]?.samples[0]
  const shown = (credits: number | null) =>
    credits === null ? say('impact.no_price') : format.number(credits)
  return (
    <form
      className="grid gap-3"
      onSubmit={(event) => {
        event.preventDefault()
        if (params) ask.mutate(params)
      }}
    >
      <Textarea
        label={say('impact.sample')}
        hint={say('impact.sample_hint')}
        fault={params ? undefined : say('prices.structure_bent')}
        rows={2}
        spellCheck={false}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <div className="flex flex-wrap items-center gap-4">
        <Button type="submit" size="small" busy={ask.isPending} disabled={!params}>
          {say('impact.try')}
        </Button>
        {sample && (
          <output className="tabular">
            {say('impact.sample_told', {
              before: shown(sample.before),
              after: shown(sample.after),
            })}
          </output>
        )}
      </div>
      {ask.error !== null && <ProblemNote error={ask.error} />}
    </form>
  )
}

const paramsIn = (text: string): Readonly<Record<string, unknown>> | undefined => {
  try {
    const read: unknown = JSON.parse(text)
    return typeof read === 'object' && read !== null && !Array.isArray(read)
      ? { ...read }
      : undefined
  } catch {
    return undefined
  }
}
