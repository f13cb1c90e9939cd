import { useQuery } from '@tanstack/react-query'
import { channelsQuery, instrumentsQuery, walletQuery } from '~/portal/answers.ts'
import { type Way, waysFor } from '~/portal/top-up/pay-ways.ts'

interface Want {
  readonly amount: number
  readonly currency: string
  readonly channels: readonly string[] | null
}

/** How this person can pay so much, here and now, in the shape of a query. */
export function useWays({ amount, currency, channels }: Want) {
  const open = useQuery(channelsQuery(currency))
  const saved = useQuery(instrumentsQuery)
  const wallet = useQuery(walletQuery)
  const asked = [open, saved, wallet]
  // A card or a wallet that cannot be looked up is one way fewer, and no reason to show none.
  const isKnown = open.data !== undefined && !saved.isPending && !wallet.isPending
  const yuan = wallet.data?.balances.find(({ asset }) => asset === 'cny')
  const data: readonly Way[] | undefined = isKnown
    ? waysFor(
        open.data.items,
        { amount, channels },
        {
          isPhone: matchMedia('(pointer: coarse) and (max-width: 47.9rem)').matches,
          saved: saved.data?.items.map(({ channel }) => channel) ?? [],
          wallet: yuan?.available ?? 0,
        },
      )
    : undefined
  return {
    data,
    error: open.error,
    isFetching: asked.some(({ isFetching }) => isFetching),
    refetch: () => void open.refetch(),
  }
}
