import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { Answer } from '@tongbao/sdk'
import { useContext, useState } from 'react'
import { api } from '~/app/api.ts'
import { Amount } from '~/console/parts/amount.tsx'
import { useBookName } from '~/console/parts/book.ts'
import { useTerm } from '~/console/parts/term.ts'
import type { Owner } from '~/console/people/person-page.tsx'
import { Button } from '~/kit/button.tsx'
import { Card } from '~/kit/card.tsx'
import { Segments } from '~/kit/choice.tsx'
import { DataBlock } from '~/kit/data-block.tsx'
import { EmptyState } from '~/kit/empty-state.tsx'
import { Input } from '~/kit/field.tsx'
import { TimeZone, useFormat } from '~/kit/format.ts'
import { DateTime } from '~/kit/times.tsx'
import { momentOf } from '~/kit/zones.ts'
import { useWords } from '~/words/words.ts'

type Explained = Answer<'explain_balance'>
/** They move what is there between its parts. */
const WITHIN = ['hold', 'release', 'repay']
const route = getRouteApi('/console/people/$id')

/** Why a balance is what it is, now or at any moment: all that came and went adds up to it. */
export function WhyTab({ owner }: { readonly owner: Owner }) {
  const say = useWords('console')
  const term = useTerm()
  const { asset = owner.accounts[0]?.asset ?? 'credit', at } = route.useSearch()
  const navigate = route.useNavigate()
  const zone = useContext(TimeZone)
  const query = useQuery({
    queryKey: ['why', owner.owner, asset, at, zone],
    queryFn: ({ signal }) =>
      api.get('/api/v1/admin/owners/{id}/balance', {
        path: { id: owner.owner },
        query: { asset, ...(at !== undefined && { as_of: momentOf(at, zone) }) },
        signal,
      }),
  })
  const look = (more: { asset?: string; at?: string | undefined }) =>
    void navigate({ search: { tab: 'why', asset, at, ...more } })
  if (owner.accounts.length === 0)
    return (
      <Card>
        <EmptyState
          icon="scale"
          title={say('people.no_accounts')}
          more={say('people.no_accounts_more')}
        />
      </Card>
    )
  return (
    <Card title={say('why.title')} more={say('why.more')}>
      <div className="mb-5 flex flex-wrap items-end gap-4">
        {owner.accounts.length > 1 && (
          <Segments
            label={say('flow.asset')}
            value={asset}
            options={owner.accounts.map((one) => ({
              value: one.asset,
              label: term('asset', one.asset),
            }))}
            onChange={(next) => look({ asset: next })}
          />
        )}
        <Moment value={at} onChange={(next) => look({ at: next })} />
      </div>
      <DataBlock query={query}>{(told) => <Sum told={told} />}</DataBlock>
    </Card>
  )
}

interface MomentProps {
  readonly value: string | undefined
  readonly onChange: (at: string | undefined) => void
}

function Moment({ value, onChange }: MomentProps) {
  const say = useWords('console')
  const [text, setText] = useState(value ?? '')
  return (
    <form
      className="flex flex-wrap items-end gap-2"
      onSubmit={(event) => {
        event.preventDefault()
        onChange(text === '' ? undefined : text)
      }}
    >
      <Input
        type="datetime-local"
        label={say('why.at')}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <Button type="submit">{say('why.look')}</Button>
    </form>
  )
}

function Sum({ told }: { readonly told: Explained }) {
  const say = useWords('console')
  const term = useTerm()
  const format = useFormat()
  const nameOf = useBookName()
  const { asset } = told
  const total = told.available + told.held - told.debt
  return (
    <div className="overflow-x-auto">
      <table className="w-full">
        <caption className="pb-3 text-left text-small text-soft">
          {say('why.as_of')} <DateTime at={told.as_of} />
        </caption>
        <thead className="text-small text-soft">
          <tr className="border-b border-line">
            <th scope="col" className="py-2 pr-3 text-left font-normal">
              {say('why.what')}
            </th>
            <th scope="col" className="px-3 py-2 text-left font-normal max-sm:hidden">
              {say('why.book')}
            </th>
            <th scope="col" className="px-3 py-2 text-right font-normal max-sm:hidden">
              {say('why.entries')}
            </th>
            <th scope="col" className="py-2 pl-3 text-right font-normal">
              {say('why.amount')}
            </th>
          </tr>
        </thead>
        <tbody>
          {told.items.map((item) => (
            <tr key={`${item.kind} ${item.book}`} className="border-b border-line">
              <th scope="row" className="py-2 pr-3 text-left font-normal">
                {term('entry', item.kind)}
                <span className="block text-small text-soft sm:hidden">{nameOf(item.book)}</span>
              </th>
              <td className="px-3 py-2 text-soft max-sm:hidden">{nameOf(item.book)}</td>
              <td className="tabular px-3 py-2 text-right max-sm:hidden">
                {format.number(item.entries)}
              </td>
              <td className="py-2 pl-3 text-right">
                {item.amount === 0 && WITHIN.includes(item.kind) ? (
                  <span className="text-soft">{say('why.within')}</span>
                ) : (
                  <Amount amount={item.amount} asset={asset} signed />
                )}
              </td>
            </tr>
          ))}
          {told.due !== 0 && (
            <tr className="border-b border-line">
              <th scope="row" className="py-2 pr-3 text-left font-normal" colSpan={3}>
                {say('why.due')}
              </th>
              <td className="py-2 pl-3 text-right">
                <Amount amount={told.due} asset={asset} signed />
              </td>
            </tr>
          )}
        </tbody>
        <tfoot>
          <tr className="font-semibold">
            <th scope="row" className="py-3 pr-3 text-left font-semibold">
              {say('why.total')}
              <span className="block text-small font-normal text-soft">
                {say('why.formula', {
                  available: format.number(told.available),
                  held: format.number(told.held),
                  debt: format.number(told.debt),
                })}
              </span>
            </th>
            <td className="max-sm:hidden" colSpan={2} />
            <td className="py-3 pl-3 text-right">
              <Amount amount={total} asset={asset} />
            </td>
          </tr>
        </tfoot>
      </table>
    </div>
  )
}
