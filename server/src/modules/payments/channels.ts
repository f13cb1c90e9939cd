import type { Channel, ChannelName } from './channel.ts'

/** Every way to pay that this house knows. Whether it is open is the matter of its accounts. */
export type Channels = ReadonlyMap<string, Channel>

export const channelsOf = (list: readonly Channel[]): Channels =>
  new Map(list.map((channel) => [channel.name satisfies ChannelName, channel]))
