import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '~/app/api.ts'
import { useTerm } from '~/console/parts/term.ts'
import type { PartProps } from '~/console/products/terms-form.tsx'
import { Checkbox } from '~/kit/choice.tsx'
import { DataBlock } from '~/kit/data-block.tsx'
import { useWords } from '~/words/words.ts'

/** Of the channels there are; one that a product names stays to be chosen, though no account is open there any more. */
export function ChannelsField({ terms: { channels }, set }: PartProps) {
  const say = useWords('console')
  const term = useTerm()
  const query = useQuery({
    queryKey: ['channels'],
    queryFn: ({ signal }) => api.get('/api/v1/admin/channels', { signal }),
  })
  const chosen = channels ?? []
  const [first] = useState(chosen)
  /** Those of the product keep their order: what is unticked and ticked again is no change. */
  const toggle = (channel: string, all: readonly string[]) => {
    const inOrder = [...first, ...all.filter((one) => !first.includes(one))]
    const next = inOrder.filter((one) => chosen.includes(one) !== (one === channel))
    set({ channels: next.length === 0 ? null : next })
  }
  return (
    <fieldset className="grid min-w-0 gap-3">
      <legend className="font-semibold">{say('products.channels')}</legend>
      <p className="text-small text-soft">{say('products.channels_hint')}</p>
      <DataBlock query={query}>
        {({ items, channels: there }) => {
          const names = there.map(({ channel }) => channel)
          const all = [...names, ...first.filter((one) => !names.includes(one))]
          const open = new Set(items.filter(({ enabled }) => enabled).map((one) => one.channel))
          return (
            <div className="grid grid-cols-2 gap-3 sm:grid-cols-3">
              {all.map((channel) => (
                <Checkbox
                  key={channel}
                  label={term('channel', channel)}
                  hint={open.has(channel) ? undefined : say('products.channel_closed')}
                  checked={chosen.includes(channel)}
                  onChange={() => toggle(channel, all)}
                />
              ))}
            </div>
          )
        }}
      </DataBlock>
    </fieldset>
  )
}
