import type pg from 'pg'
import type { Clock } from '#kernel/clock'
import { crashPoint } from '#kernel/crash-points'
import { isUnavailable, pgCode } from '#kernel/db'
import { invariant } from '#kernel/invariant'
import { CELLS } from './cells.ts'
import type { Answer, Command } from './commands.ts'
import { type Path, postBatch, postTransfer } from './door.ts'
import { type Sealed, sealed } from './wire.ts'

/** Where commands meet: while one batch is at the database, the next one forms. */
export interface Teller {
  /** Resolves with what the ledger answered; rejects only when nobody knows, or when the ledger is broken. */
  post(command: Command): Promise<Answer>
  /** How many commands wait or are on their way. */
  readonly waiting: number
  /** Takes no more and waits for those on their way. */
  stop(): Promise<void>
}

export interface TellerOptions {
  readonly pool: Pick<pg.Pool, 'query'>
  readonly clock: Clock
  readonly lanes?: number
  readonly batchMax?: number
  readonly queueMax?: number
  /** Called after each commit with what was accepted in it, for whoever watches live on this node. */
  readonly onPosted?: (count: number) => void
}

/** Nobody knows whether it happened. The same command with the same key finds out. */
export class OutcomeUnknown extends Error {
  readonly code = 'outcome_unknown'
  constructor(cause: unknown) {
    super('the ledger did not answer in time; retry with the same key', { cause })
    this.name = 'OutcomeUnknown'
  }
}

const LANES = 2
const BATCH_COMMANDS_MAX = 1_024
/** What does not go as a set takes a millisecond each, and a batch has to end in good time. */
const SLOW_COMMANDS_MAX = 64
const QUEUE_COMMANDS_MAX = 16_384
const CAREFUL_BATCHES = 64
/** Of one lane at once. */
const AWAY_MAX = 2
const FEW_COMMANDS = 64
const ATTEMPTS_MAX = 6
const BACKOFF_MS = 25
const RETRY_AFTER_S = 1
const UNIQUE_VIOLATION = '23505'
const QUERY_CANCELED = '57014'

/** As many as fill a batch weigh the same, of either kind. */
const weightOf = ({ plain }: Sealed): number => (plain ? 1 : BATCH_COMMANDS_MAX / SLOW_COMMANDS_MAX)

interface Waiting extends Sealed {
  readonly resolve: (answer: Answer) => void
  readonly reject: (error: unknown) => void
}

interface Lane {
  /** So many batches yet in which keys are looked up first. */
  careful: number
  /** So many batches yet of which none leaves beside another. */
  apart: number
  queue: Waiting[]
  /** How much waits: one for each plain charge. */
  weight: number
  busy: boolean
  /** The last batch was one command: what comes next need not wait for company. */
  isAlone: boolean
  idle: Promise<void>
}

const newLane = (): Lane => ({
  careful: 0,
  apart: 0,
  queue: [],
  weight: 0,
  busy: false,
  isAlone: true,
  idle: Promise.resolve(),
})

/**
 * A whole batch leaves before the one ahead of it is back, unless another lane is at work: PostgreSQL reads it while it
 * writes the first. Where both name one account, one waits for the other's lock. Not where keys are repeated or charges
 * refused: such accounts are locked later than the others, and two batches could wait for each other.
 */
const mayLeave = (lane: Lane, away: number, lanes: readonly Lane[], batchMax: number): boolean =>
  lane.queue.length > 0 &&
  (away === 0 ||
    (away < AWAY_MAX &&
      lane.weight >= batchMax &&
      lane.careful === 0 &&
      lane.apart === 0 &&
      lanes.every((one) => one === lane || !one.busy)))

export function openTeller(options: TellerOptions): Teller {
  const batchMax = options.batchMax ?? BATCH_COMMANDS_MAX
  const queueMax = options.queueMax ?? QUEUE_COMMANDS_MAX
  const lanes = Array.from({ length: options.lanes ?? LANES }, newLane)
  const [first] = lanes
  invariant(first !== undefined, 'L13', 'a teller has a lane')
  let waiting = 0
  let stopped = false

  // Neighbouring cells share a lane, so a lane's batch goes through the index in one sweep. One lane alone has larger
  // batches, which cost less each; another is opened once the first has a whole batch waiting.
  const laneOf = (cell: number): Lane => {
    const own = lanes[Math.floor((cell * lanes.length) / CELLS)] ?? first
    return own.busy || first.weight >= batchMax ? own : first
  }

  const leave = async (lane: Lane): Promise<() => void> => {
    const batch = takeBatch(lane, batchMax)
    for (const one of batch) lane.weight -= weightOf(one)
    lane.isAlone = batch.length === 1
    const path = lane.careful > 0 ? 'look' : 'set'
    lane.careful = Math.max(lane.careful - 1, 0)
    lane.apart = Math.max(lane.apart - 1, 0)
    const tell = await settle(options, batch, path, () => {
      lane.careful = CAREFUL_BATCHES
    })
    waiting -= batch.length
    options.onPosted?.(batch.length)
    return tell
  }

  const run = async (lane: Lane): Promise<void> => {
    let tell = () => {}
    const away: Promise<() => void>[] = []
    lane.isAlone = true
    while (lane.queue.length > 0 || away.length > 0) {
      if (lane.queue.length < FEW_COMMANDS) {
        // Whoever was just answered may have more to say, and what arrives together should leave together: a batch costs
        // as much as ten charges. One turn of the event loop, not a timer; and less where commands come one by one.
        tell()
        tell = () => {}
        await (lane.isAlone ? undefined : new Promise(setImmediate))
      }
      while (mayLeave(lane, away.length, lanes, batchMax)) away.push(leave(lane))
      // The next batch is on its way; now there is time to answer the one before.
      tell()
      tell = (await away.shift()) ?? (() => {})
    }
    tell()
    lane.busy = false
  }

  return {
    get waiting() {
      return waiting
    },
    post: (command) => {
      const one = sealed(command)
      const lane = laneOf(one.cell)
      if (stopped || lane.queue.length >= queueMax)
        return Promise.resolve({
          ok: false,
          code: 'ledger_busy',
          facts: { retry_after: RETRY_AFTER_S },
        })
      return new Promise<Answer>((resolve, reject) => {
        const answered = (answer: Answer) => {
          if (!answer.ok) lane.apart = CAREFUL_BATCHES
          resolve(answer)
        }
        lane.queue.push({ ...one, resolve: answered, reject })
        lane.weight += weightOf(one)
        waiting++
        if (lane.busy) return
        lane.busy = true
        lane.idle = run(lane)
      })
    },
    stop: async () => {
      stopped = true
      await Promise.all(lanes.map((lane) => lane.idle))
    },
  }
}

/** The next batch: no key twice in it, and a transfer travels alone because it may cross lanes. */
function takeBatch(lane: Lane, batchMax: number): Waiting[] {
  const first = lane.queue[0]
  if (first?.command.kind === 'transfer') return lane.queue.splice(0, 1)
  const batch: Waiting[] = []
  const later: Waiting[] = []
  const keys = new Set<string>()
  let taken = 0
  let slow = 0
  for (const one of lane.queue) {
    if (!one.plain) slow++
    const isFull = batch.length >= batchMax || slow > SLOW_COMMANDS_MAX
    if (isFull || one.command.kind === 'transfer') break
    taken++
    const key = keyOf(one.command)
    if (key !== undefined && keys.has(key)) later.push(one)
    else batch.push(one)
    if (key !== undefined) keys.add(key)
  }
  lane.queue = later.length > 0 ? [...later, ...lane.queue.slice(taken)] : lane.queue.slice(taken)
  return batch
}

const keyOf = (command: Command): string | undefined =>
  command.kind === 'expire' ? undefined : `${command.owner} ${command.key}`

/** Brings the batch to an end, whatever happens to it as a whole; what it returns tells everyone waiting. */
async function settle(
  options: TellerOptions,
  batch: Waiting[],
  path: Path,
  onRepeat: () => void,
): Promise<() => void> {
  try {
    return await attempt(options, batch, path)
  } catch (error) {
    const fail = (reason: unknown) => () => {
      for (const one of batch) one.reject(reason)
    }
    if (isUnavailable(error) && !(isTooMuch(error) && batch.length > 1))
      return fail(new OutcomeUnknown(error))
    const isRepeat = pgCode(error) === UNIQUE_VIOLATION
    // Somebody repeats a key, and may do so again: for a while it costs less to look than to undo a batch.
    if (path === 'set' && isRepeat) {
      onRepeat()
      return settle(options, batch, 'look', onRepeat)
    }
    // A key that another process is just using, seen too late by the set: one by one it is found and answered.
    if (path === 'look' && isRepeat) return settle(options, batch, 'each', onRepeat)
    if (batch.length === 1) return fail(error)
    // One of them breaks a law. Halve until it stands alone and fails alone, loudly.
    const half = batch.length >> 1
    const first = await settle(options, batch.slice(0, half), path, onRepeat)
    const second = await settle(options, batch.slice(half), path, onRepeat)
    return () => {
      first()
      second()
    }
  }
}

/** PostgreSQL has ended the statement and undone it: as much work again would end the same way. */
const isTooMuch = (error: unknown): boolean => pgCode(error) === QUERY_CANCELED

/** Sends the batch until it is answered; every command's key makes the repeat harmless. */
async function attempt(options: TellerOptions, batch: Waiting[], path: Path): Promise<() => void> {
  for (let count = 1; ; count++) {
    try {
      return await send(options, batch, path)
    } catch (error) {
      if (count === ATTEMPTS_MAX || !isUnavailable(error) || isTooMuch(error)) throw error
      await new Promise((resolve) => setTimeout(resolve, BACKOFF_MS * 2 ** count))
    }
  }
}

async function send(options: TellerOptions, batch: Waiting[], path: Path): Promise<() => void> {
  const now = options.clock.now()
  const [first] = batch
  crashPoint('teller.before_send')
  if (first?.command.kind === 'transfer') {
    const answer = await postTransfer(options.pool, first, now)
    crashPoint('transfer.arrived')
    return () => first.resolve(answer)
  }
  const read = await postBatch(options.pool, batch, now, path)
  crashPoint('teller.answered')
  return () => {
    const answers = read()
    batch.forEach((one, i) => {
      const answer = answers[i]
      if (answer !== undefined) one.resolve(answer)
    })
  }
}
