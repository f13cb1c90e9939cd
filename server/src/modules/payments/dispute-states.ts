import type { StateTable } from '#kernel/states'

export type DisputeState = 'opened' | 'won' | 'lost'
/** A lost one can be won at a higher court; what was won is not opened again by an old message. */
export const DISPUTE_STATES: StateTable<DisputeState, DisputeState> = {
  opened: { opened: 'same', won: 'won', lost: 'lost' },
  won: { opened: 'same', won: 'same', lost: 'lost' },
  lost: { opened: 'same', won: 'won', lost: 'same' },
}
