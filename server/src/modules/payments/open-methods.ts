import type { Database } from '#kernel/db'
import { type KeptAccount, listAccounts } from './account-store.ts'
import type { ChannelName } from './channel.ts'
import type { Channels } from './channels.ts'

export interface OpenMethods {
  readonly channel: ChannelName
  readonly methods: readonly string[]
  /** The least and the most that any of its accounts takes. */
  readonly minorMin: bigint
  readonly minorMax: bigint
}

/** By which channels somebody can pay in this currency now: those with an account that is on. */
export async function listOpenMethods(
  { db, channels }: { readonly db: Database; readonly channels: Channels },
  want: { readonly currency: string; readonly livemode: (channel: string) => boolean },
): Promise<OpenMethods[]> {
  const accounts = await listAccounts(db)
  return [...channels.values()].flatMap((channel) => {
    const { name, methods, currencies } = channel
    if (currencies?.includes(want.currency) === false) return []
    const on = accounts.filter(
      (one) => one.channel === name && one.enabled && one.livemode === want.livemode(name),
    )
    return on.length === 0 ? [] : [{ channel: name, methods, ...limitsOf(on) }]
  })
}

const limitsOf = (accounts: readonly KeptAccount[]) => ({
  minorMin: accounts.map(({ minorMin }) => minorMin).reduce((a, b) => (a < b ? a : b)),
  minorMax: accounts.map(({ minorMax }) => minorMax).reduce((a, b) => (a > b ? a : b)),
})
