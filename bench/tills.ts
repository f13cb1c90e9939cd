import { setInterval } from 'node:timers/promises'
import { movableClock } from '#kernel/clock'
import { idsFrom } from '#kernel/ids'
import { type Command, idInCell, openTeller, type Posted, type Teller } from '#ledger'
import { chooser, newKey, ownerOf, type Spread } from './accounts.ts'
import type { Ground } from './ground.ts'
import { type Contender, keepBusy, keepPace, type Slice } from './measure.ts'

/** As many callers as fill both lanes and the batches that form meanwhile. */
const CALLERS = 4_096
/** The house seals each second; in slices of two seconds half of it would come behind them. */
const SEALED_EVERY_MS = 250
/** Holds and grants go one by one, so more would only wait. */
const FEW_CALLERS = 256
const CONNECTIONS = 16
const HOUR_MS = 3_600_000

/** Our own code in this process: the teller and the ledger behind it, with everything that it keeps. */
export function openTill(ground: Ground, accounts: number) {
  const clock = movableClock()
  const newId = idsFrom(clock)
  const teller = openTeller({ pool: ground.pool(CONNECTIONS).pg, clock })
  const common = (account: number) => {
    const key = newKey()
    const owner = ownerOf(account)
    return { owner, asset: 'credit', key, request: `bench ${key}`, actor: 'key_bench' } as const
  }
  const amount = () => BigInt(1 + Math.floor(Math.random() * 9))

  const chargeOf = (spread: Spread) => {
    const choose = chooser(spread, accounts)
    return () => post(teller, { kind: 'charge', ...common(choose()), amount: amount() })
  }
  const charge = (spread: Spread, callers = CALLERS): Contender => {
    const name = callers === 1 ? 'teller_lone' : `teller_${spread}`
    const call = chargeOf(spread)
    return { name, callers, run: (ms) => toTheSeal(ground, () => keepBusy(callers, ms, call)) }
  }
  /** So many charges a second, answered or not. */
  const paced = (spread: Spread, perSecond: number): Contender => {
    const call = chargeOf(spread)
    return {
      ...{ name: `teller_paced`, callers: perSecond },
      run: (ms) => toTheSeal(ground, () => keepPace(perSecond, ms, call)),
    }
  }
  const holds = (): Contender => {
    const choose = chooser('uniform', accounts)
    const call = async () => {
      const account = choose()
      const owner = ownerOf(account)
      const holdId = idInCell(newId, 'hld', owner)
      const expiresAt = new Date(clock.now() + HOUR_MS).toISOString()
      await post(teller, { kind: 'hold', ...common(account), holdId, amount: 10n, expiresAt })
      await post(teller, { kind: 'capture', ...common(account), holdId, amount: 7n })
    }
    return {
      name: 'holds',
      callers: FEW_CALLERS,
      run: (ms) => toTheSeal(ground, () => keepBusy(FEW_CALLERS, ms, call)),
    }
  }
  const grants = (): Contender => {
    const choose = chooser('uniform', accounts)
    const call = () => {
      const account = choose()
      const lotId = idInCell(newId, 'lot', ownerOf(account))
      return post(teller, { kind: 'grant', ...common(account), lotId, amount: 100n })
    }
    return {
      name: 'grants',
      callers: FEW_CALLERS,
      run: (ms) => toTheSeal(ground, () => keepBusy(FEW_CALLERS, ms, call)),
    }
  }
  return { charge, paced, holds, grants, close: () => teller.stop() }
}

async function post(teller: Teller, command: Command): Promise<Posted> {
  const answer = await teller.post(command)
  if (!answer.ok) throw new Error(`the ledger refused with ${answer.code}`)
  return answer
}

/**
 * Sealed beside the work, as in the house, and the time ends when the last entry is sealed: the chain is our cost,
 * and not the next contender's.
 */
async function toTheSeal(ground: Ground, work: () => Promise<Slice>): Promise<Slice> {
  const over = new AbortController()
  const sealer = sealBeside(ground, over.signal)
  const slice = await work()
  over.abort()
  const rest = await secondsOf(async () => {
    await sealer
    await ground.seal()
  })
  return { ...slice, seconds: slice.seconds + rest }
}

async function sealBeside(ground: Ground, over: AbortSignal): Promise<void> {
  for await (const _ of setInterval(SEALED_EVERY_MS)) {
    if (over.aborted) return
    await ground.sealTurn()
  }
}

export async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now()
  await work()
  return (performance.now() - begun) / 1_000
}
