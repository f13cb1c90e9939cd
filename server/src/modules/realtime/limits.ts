/** Of one owner on one node: some tabs, a phone, a server of theirs. */
export const LINES_PER_OWNER_MAX = 20
/** Of one node: below the files that a process may have open. */
export const LINES_MAX = 18_000
export const BEAT_MS = 15_000
export const LIFE_MS_MIN = 10 * 60_000
export const LIFE_MS_MAX = 15 * 60_000
/** Told to stop, or at the end of its life, a client comes back within so long, each at a time of its own. */
export const COME_BACK_MS_MAX = 5_000
/** What waits for somebody who reads slowly. */
export const UNSENT_BYTES_MAX = 64 * 1_024
/** Who reads nothing for so many heartbeats is gone. */
export const SILENT_BEATS_MAX = 3
/** More than that is fetched anew sooner than it is told. */
export const REPLAY_ROWS_MAX = 200
/** Asked for together, when many come back at once. */
export const CATCH_UPS_AT_ONCE_MAX = 100
/** A node that is further behind sends everybody to fetch anew. */
export const GAP_MAX = 20_000
/** How often a node looks whether it missed a word. */
export const LOOK_MS = 1_000
export const TALK_BYTES_MAX = 1_024
