import type { Instant } from '#kernel/clock'
import type { ChannelName } from './channel.ts'
import type { TransferRowState } from './transfer-states.ts'

/** Money on its way to a person. */
export interface Transfer {
  readonly id: string
  readonly channel: ChannelName
  readonly account: string
  readonly transferNo: string
  /** What it is for, in the word of whoever wants it: one subject has one transfer. */
  readonly subject: string
  readonly ref: string | undefined
  readonly amount: bigint
  readonly currency: string
  /** Sealed. */
  readonly payee: string
  readonly title: string
  readonly state: TransferRowState
  readonly confirm: string | undefined
  readonly why: string | undefined
  readonly createdAt: Instant
  readonly asked: number
}
