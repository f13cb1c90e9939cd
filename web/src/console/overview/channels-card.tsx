import { HealthTable } from '~/console/channels/health-table.tsx'
import type { Overview } from '~/console/overview/page.tsx'
import { Card } from '~/kit/card.tsx'
import { EmptyState } from '~/kit/empty-state.tsx'
import { useWords } from '~/words/words.ts'

export function ChannelsCard({ channels }: { readonly channels: Overview['channels'] }) {
  const say = useWords('console')
  return (
    <Card title={say('health.title')} more={say('health.more')} bare>
      {channels.length === 0 ? (
        <EmptyState title={say('channels.empty')} more={say('channels.empty_more')} />
      ) : (
        <HealthTable rows={channels} />
      )}
    </Card>
  )
}
