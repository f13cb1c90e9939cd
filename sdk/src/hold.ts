import type { Answer, Body, How } from './operations.ts'
import { newKey } from './persist.ts'
import type { Tongbao } from './tongbao.ts'

/** What was set aside for a job, while it runs. */
export interface Hold {
  readonly id: string
  readonly amount: number
  /** What the job really costs, more or less than was set aside; without a word it is all of it, and 0 is nothing. */
  spend(amount: number): void
  /** Keeps it alive, so many seconds from now, for a job that takes longer than was thought. */
  extend(seconds: number): Promise<Answer<'extend_hold'>>
}

export interface Spent<Result> {
  readonly result: Result
  /** Undefined where the job cost nothing. */
  readonly chargeId: string | undefined
  readonly spent: number
  readonly balance: Answer<'capture_hold'>['balance']
}

export type Job<Result> = (hold: Hold) => Result | Promise<Result>

/**
 * Sets credits aside, runs the job, spends what it cost and gives back the rest; all of it where the job throws.
 * With a key of the job's own, the same job begun twice holds and pays once.
 */
export async function withHold<Result>(
  { post }: Pick<Tongbao, 'post'>,
  want: Body<'place_hold'>,
  job: Job<Result>,
  { key = newKey(), ...how }: How = {},
): Promise<Spent<Result>> {
  const placed = await post('/api/v1/credits/holds', { body: want, key, ...how })
  const path = { id: placed.hold_id }
  let cost = placed.amount
  let result: Result
  // What ends the hold is sent even if the caller has lost patience: the job has run.
  const { signal: _, ...ending } = how
  const release = () =>
    post('/api/v1/credits/holds/{id}/release', { path, key: `${key}:release`, ...ending })
  try {
    result = await job({
      id: placed.hold_id,
      amount: placed.amount,
      spend: (amount) => {
        cost = amount
      },
      extend: (seconds) =>
        post('/api/v1/credits/holds/{id}/extend', { path, body: { expires_in: seconds }, ...how }),
    })
  } catch (caught) {
    // Whatever comes of this, the job's own fault is the one to tell of; the hold runs out by itself.
    await release().catch(() => undefined)
    throw caught
  }
  if (cost === 0) {
    const { balance } = await release()
    return { result, chargeId: undefined, spent: 0, balance }
  }
  const { charge_id, balance } = await post('/api/v1/credits/holds/{id}/capture', {
    ...{ path, body: { amount: cost }, key: `${key}:capture` },
    ...ending,
  })
  return { result, chargeId: charge_id, spent: cost, balance }
}
