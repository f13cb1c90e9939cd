import { Link } from '@tanstack/react-router'
import type { Answer } from '@tongbao/sdk'
import { ModeChip } from '~/console/parts/amount.tsx'
import { useChannel } from '~/console/parts/channel.ts'
import { linkLook } from '~/console/parts/links.tsx'
import { useMay } from '~/console/parts/may.ts'
import { Chip } from '~/kit/chip.tsx'
import { type Column, DataTable } from '~/kit/data-table.tsx'
import { useFormat } from '~/kit/format.ts'
import { RelativeTime } from '~/kit/times.tsx'
import { useWords } from '~/words/words.ts'

export type Health = Answer<'get_channels_health'>['items'][number]
const GOOD_SHARE = 0.9
const POOR_SHARE = 0.5

/** Of the payments that came to an end at the payer's will: who let it run out did not fail. */
const shareOf = ({ succeeded, failed }: Health): number | undefined =>
  succeeded + failed === 0 ? undefined : succeeded / (succeeded + failed)

export function HealthTable({ rows }: { readonly rows: readonly Health[] }) {
  const say = useWords('console')
  const may = useMay()
  const channelOf = useChannel()
  const columns: Column<Health>[] = [
    {
      id: 'account',
      header: say('channels.account'),
      phone: 'title',
      cell: (row) =>
        may('channels:read') ? (
          <Link to="/console/channels" className={linkLook}>
            {channelOf(row)}
          </Link>
        ) : (
          <span>{channelOf(row)}</span>
        ),
    },
    {
      id: 'state',
      header: say('channels.state'),
      phone: 'aside',
      cell: (row) => (
        <span className="inline-flex flex-wrap gap-1.5">
          {row.enabled ? (
            <Chip tone="good">{say('channels.on')}</Chip>
          ) : (
            <Chip>{say('channels.off')}</Chip>
          )}
          <ModeChip livemode={row.livemode} />
        </span>
      ),
    },
    {
      id: 'share',
      header: say('health.share'),
      align: 'right',
      cell: (row) => <Share row={row} />,
    },
    ...(['succeeded', 'failed', 'closed', 'open'] as const).map(
      (id): Column<Health> => ({
        ...{ id, header: say(`health.${id}`), align: 'right', cell: (row) => row[id] },
        ...(id === 'closed' && ({ from: 'md' } as const)),
      }),
    ),
    {
      id: 'last',
      header: say('health.last_paid'),
      from: 'xl',
      align: 'right',
      cell: ({ last_paid_at }) =>
        last_paid_at === null ? say('nothing') : <RelativeTime at={last_paid_at} />,
    },
  ]
  return (
    <DataTable
      caption={say('health.title')}
      columns={columns}
      rows={rows}
      keyOf={({ channel, account }) => `${channel}/${account}`}
    />
  )
}

function Share({ row }: { readonly row: Health }) {
  const say = useWords('console')
  const format = useFormat()
  const share = shareOf(row)
  if (share === undefined) return <span className="text-soft">{say('nothing')}</span>
  const tone = share >= GOOD_SHARE ? 'good' : share >= POOR_SHARE ? 'warn' : 'bad'
  return <Chip tone={tone}>{format.percent(share)}</Chip>
}
