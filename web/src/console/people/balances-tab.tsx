import { lazy, Suspense, useState } from 'react'
import { Amount } from '~/console/parts/amount.tsx'
import { ShortId } from '~/console/parts/links.tsx'
import { useMay } from '~/console/parts/may.ts'
import { useTerm } from '~/console/parts/term.ts'
import type { Owner, Standing } from '~/console/people/person-page.tsx'
import { Button } from '~/kit/button.tsx'
import { Card, Facts } from '~/kit/card.tsx'
import { StackedBar } from '~/kit/charts.tsx'
import type { Column } from '~/kit/data-table.tsx'
import { EmptyState } from '~/kit/empty-state.tsx'
import { useFormat } from '~/kit/format.ts'
import { ListCard } from '~/kit/list-card.tsx'
import { DateTime } from '~/kit/times.tsx'
import { useWords } from '~/words/words.ts'

type Account = Owner['accounts'][number]
type Lot = Account['lots'][number]

const CapsDialog = lazy(async () => ({
  default: (await import('~/console/people/caps-dialog.tsx')).CapsDialog,
}))

interface Props {
  readonly owner: Owner
  readonly standing: Standing | undefined
}

/** What there is, lot by lot, in the order in which it burns. */
export function BalancesTab({ owner, standing }: Props) {
  const say = useWords('console')
  return (
    <div className="grid gap-4">
      {owner.accounts.length === 0 && (
        <Card>
          <EmptyState
            icon="coin"
            title={say('people.no_accounts')}
            more={say('people.no_accounts_more')}
          />
        </Card>
      )}
      {owner.accounts.map((account) => (
        <Lots key={account.asset} account={account} />
      ))}
      {standing && <Caps owner={owner} caps={standing.caps} />}
    </div>
  )
}

function Lots({ account }: { readonly account: Account }) {
  const say = useWords('console')
  const term = useTerm()
  const format = useFormat()
  const { asset, lots } = account
  const columns: Column<Lot>[] = [
    {
      id: 'source',
      header: say('lots.source'),
      phone: 'title',
      cell: (lot) => `${lots.indexOf(lot) + 1}. ${term('source', lot.source)}`,
    },
    {
      id: 'remaining',
      header: say('lots.remaining'),
      align: 'right',
      phone: 'aside',
      cell: (lot) => <Amount amount={lot.remaining} asset={asset} />,
    },
    {
      id: 'granted',
      header: say('lots.granted'),
      align: 'right',
      cell: (lot) => format.number(lot.granted),
    },
    {
      id: 'held',
      header: say('balance.held'),
      align: 'right',
      cell: (lot) => format.number(lot.held),
    },
    {
      id: 'priority',
      header: say('lots.priority'),
      align: 'right',
      from: 'md',
      cell: (lot) => lot.priority,
    },
    {
      id: 'expires',
      header: say('lots.expires'),
      align: 'right',
      cell: (lot) =>
        lot.expires_at === null ? say('lots.never') : <DateTime at={lot.expires_at} only="date" />,
    },
    { id: 'id', header: say('id'), from: 'lg', cell: (lot) => <ShortId id={lot.lot_id} /> },
  ]
  const sources = [...new Set(lots.map(({ source }) => source))]
  return (
    <>
      {sources.length > 1 && (
        <Card title={say('lots.by_source')}>
          <StackedBar
            title={say('lots.by_source')}
            parts={sources.map((source) => ({
              id: source,
              label: term('source', source),
              value: lots
                .filter((lot) => lot.source === source)
                .reduce((sum, { remaining }) => sum + remaining, 0),
            }))}
            format={format.number}
          />
        </Card>
      )}
      <ListCard
        title={
          asset === 'credit' ? say('lots.title') : `${say('lots.title')} · ${term('asset', asset)}`
        }
        more={say('lots.more')}
        caption={say('lots.title')}
        query={{ data: lots, error: null, isFetching: false, refetch: () => {} }}
        columns={columns}
        keyOf={({ lot_id }) => lot_id}
        empty={<EmptyState icon="coin" title={say('lots.empty')} />}
      />
    </>
  )
}

interface CapsProps {
  readonly owner: Owner
  readonly caps: Standing['caps']
}

function Caps({ owner, caps }: CapsProps) {
  const say = useWords('console')
  const may = useMay()
  const [open, setOpen] = useState(false)
  const format = useFormat()
  const told = (cap: Standing['caps']['day']) =>
    cap === null
      ? say('caps.none')
      : say('caps.spent', { spent: format.number(cap.spent), amount: format.number(cap.amount) })
  return (
    <Card
      title={say('caps.title')}
      more={caps.set_by_staff ? say('caps.by_staff') : undefined}
      aside={
        may('credits:guard') && (
          <Button size="small" onClick={() => setOpen(true)}>
            {say('caps.act')}
          </Button>
        )
      }
    >
      <Facts
        items={[
          { term: say('caps.day'), value: told(caps.day) },
          { term: say('caps.month'), value: told(caps.month) },
        ]}
      />
      <Suspense>
        {open && <CapsDialog owner={owner} caps={caps} onClose={() => setOpen(false)} />}
      </Suspense>
    </Card>
  )
}
