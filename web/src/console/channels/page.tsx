import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { Answer } from '@tongbao/sdk'
import { useState } from 'react'
import { api } from '~/app/api.ts'
import { HealthTable } from '~/console/channels/health-table.tsx'
import { ModeChip } from '~/console/parts/amount.tsx'
import { ChangePreview } from '~/console/parts/change-preview.tsx'
import { useChannel } from '~/console/parts/channel.ts'
import { useMay } from '~/console/parts/may.ts'
import { ReasonDialog } from '~/console/parts/reason-dialog.tsx'
import { CardSkeleton } from '~/console/parts/skeletons.tsx'
import { Button } from '~/kit/button.tsx'
import { Card, Facts } from '~/kit/card.tsx'
import { Chip } from '~/kit/chip.tsx'
import { Segments } from '~/kit/choice.tsx'
import { CopyId } from '~/kit/copy-id.tsx'
import { DataBlock } from '~/kit/data-block.tsx'
import { TableSkeleton } from '~/kit/data-table.tsx'
import { EmptyState } from '~/kit/empty-state.tsx'
import { useFormat } from '~/kit/format.ts'
import { JsonView } from '~/kit/json-view.tsx'
import { digitsOf } from '~/kit/minor.ts'
import { PageHeader } from '~/kit/page-header.tsx'
import { DateTime } from '~/kit/times.tsx'
import { tell } from '~/kit/toast.tsx'
import { useWords } from '~/words/words.ts'

type Account = Answer<'list_channel_accounts'>['items'][number]
const HOURS = ['1', '24', '168'] as const
const route = getRouteApi('/console/channels')

export function ChannelsPage() {
  const say = useWords('console')
  const { hours = '24' } = route.useSearch()
  const navigate = route.useNavigate()
  const accounts = useQuery({
    queryKey: ['channels'],
    queryFn: ({ signal }) => api.get('/api/v1/admin/channels', { signal }),
  })
  const health = useQuery({
    queryKey: ['channels', 'health', hours],
    queryFn: ({ signal }) =>
      api.get('/api/v1/admin/channels/health', { query: { hours: Number(hours) }, signal }),
    select: ({ items }) => items,
    placeholderData: (before) => before,
  })
  return (
    <>
      <PageHeader title={say('channels.title')} more={say('channels.more')} />
      <div className="grid gap-4">
        {accounts.data?.items.length !== 0 && (
          <Card
            title={say('health.title')}
            bare
            aside={
              <Segments
                label={say('overview.period')}
                value={hours}
                options={HOURS.map((value) => ({
                  value,
                  label:
                    value === '168'
                      ? say('overview.days', { n: 7 })
                      : say('health.hours', { n: Number(value) }),
                }))}
                onChange={(next) => void navigate({ search: { hours: next } })}
              />
            }
          >
            <DataBlock query={health} bare skeleton={<TableSkeleton rows={3} />}>
              {(rows) => <HealthTable rows={rows} />}
            </DataBlock>
          </Card>
        )}
        <DataBlock
          query={accounts}
          skeleton={<AccountsSkeleton />}
          isEmpty={({ items }) => items.length === 0}
          empty={
            <Card>
              <EmptyState title={say('channels.empty')} more={say('channels.empty_more')} />
            </Card>
          }
        >
          {({ items, channels }) => (
            <div className="grid gap-4 xl:grid-cols-2">
              {items.map((one) => (
                <AccountCard
                  key={`${one.channel}/${one.account}`}
                  account={one}
                  currencies={channels.find(({ channel }) => channel === one.channel)?.currencies}
                />
              ))}
            </div>
          )}
        </DataBlock>
      </div>
    </>
  )
}

interface CardProps {
  readonly account: Account
  /** Nothing where it takes any. */
  readonly currencies: readonly string[] | null | undefined
}

/** An account as it is kept; what its secrets are is said to nobody. */
function AccountCard({ account, currencies }: CardProps) {
  const say = useWords('console')
  const may = useMay()
  const channelOf = useChannel()
  const [switching, setSwitching] = useState(false)
  return (
    <Card
      title={channelOf(account)}
      aside={
        <span className="flex flex-wrap items-center gap-2">
          {account.enabled ? (
            <Chip tone="good">{say('channels.on')}</Chip>
          ) : (
            <Chip>{say('channels.off')}</Chip>
          )}
          <ModeChip livemode={account.livemode} />
          {may('channels:write') && (
            <Button size="small" onClick={() => setSwitching(true)}>
              {account.enabled ? say('channels.switch_off') : say('channels.switch_on')}
            </Button>
          )}
        </span>
      }
    >
      <Facts
        items={[
          { term: say('channels.merchant'), value: <CopyId text={account.merchant} /> },
          { term: say('channels.hook_url'), value: <CopyId text={account.hook_url} /> },
          {
            term: say('channels.limits'),
            value: <Limits account={account} currencies={currencies} />,
          },
          {
            term: say('channels.secrets'),
            value:
              account.secrets.length === 0
                ? say('nothing')
                : say('channels.secrets_kept', { names: account.secrets.join(', ') }),
          },
          { term: say('channels.changed'), value: <DateTime at={account.changed_at} /> },
        ]}
      />
      {Object.keys(account.settings).length > 0 && (
        <details className="mt-3 text-small">
          <summary className="text-soft">{say('channels.settings')}</summary>
          <div className="mt-2">
            <JsonView label={say('channels.settings')} value={account.settings} />
          </div>
        </details>
      )}
      {switching && <SwitchDialog account={account} onClose={() => setSwitching(false)} />}
    </Card>
  )
}

/** What is kept is a number of minor units of whichever currency is paid in: the same one for yuan and for yen. */
function Limits({ account: { minor_min, minor_max }, currencies }: CardProps) {
  const say = useWords('console')
  const format = useFormat()
  const [only, more] = currencies ?? []
  if (only !== undefined && more === undefined)
    return (
      <span className="tabular">
        {say('channels.limits_n', {
          ...{ min: format.money(minor_min, only), max: format.money(minor_max, only) },
        })}
      </span>
    )
  const digits = [...new Set((currencies ?? SHOWN).map(digitsOf))].sort((a, b) => b - a)
  return (
    <ul>
      {digits.map((n) => (
        <li key={n} className="tabular">
          {say('channels.limits_n', {
            ...{ min: format.number(minor_min / 10 ** n), max: format.number(minor_max / 10 ** n) },
          })}{' '}
          <span className="text-small text-soft">{say('channels.limits_digits', { n })}</span>
        </li>
      ))}
    </ul>
  )
}

/** Of any currency: one with decimals, and one without. */
const SHOWN = ['CNY', 'JPY']

interface SwitchProps {
  readonly account: Account
  readonly onClose: () => void
}

function SwitchDialog({ account, onClose }: SwitchProps) {
  const say = useWords('console')
  const queries = useQueryClient()
  const { channel, account: name, enabled, merchant, livemode } = account
  const turn = useMutation({
    mutationFn: () =>
      api.put('/api/v1/admin/channels/{channel}/{account}', {
        path: { channel, account: name },
        body: {
          ...{ merchant, livemode, enabled: !enabled, settings: account.settings },
          ...{ minor_min: account.minor_min, minor_max: account.minor_max },
        },
      }),
    onSuccess: () => {
      tell({ title: say('act.done') })
      void queries.invalidateQueries({ queryKey: ['channels'] })
      onClose()
    },
  })
  const [on, off] = [say('channels.on'), say('channels.off')]
  return (
    <ReasonDialog
      open
      onClose={onClose}
      onAct={() => turn.mutate()}
      title={`${channel} / ${name}`}
      more={enabled ? say('channels.off_more') : say('channels.on_more')}
      act={enabled ? say('channels.switch_off') : say('channels.switch_on')}
      danger={enabled}
      withoutReason
      {...(enabled && { typed: name })}
      busy={turn.isPending}
      error={turn.error}
    >
      <ChangePreview
        lines={[
          {
            label: say('channels.state'),
            before: enabled ? on : off,
            after: enabled ? off : on,
          },
        ]}
      />
    </ReasonDialog>
  )
}

const AccountsSkeleton = () => (
  <div className="grid gap-4 xl:grid-cols-2">
    <CardSkeleton lines={6} />
    <CardSkeleton lines={6} />
  </div>
)
