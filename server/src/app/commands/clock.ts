import { systemActor, writeAudit } from '#audit'
import { parseDurationMs, rfc3339 } from '#kernel/clock'
import { clockShift, moveClock } from '#kernel/clock-store'
import { inTx } from '#kernel/db'
import type { Command } from '../command.ts'
import { textOf } from '../command.ts'
import { openHouse } from '../house.ts'
import { StartRefused } from '../start-refused.ts'

export const clock: Command = {
  name: 'clock',
  summary: 'Show the time of the house, or move it (never in production)',
  usage: 'tongbao clock [--by 30d | --to 2027-01-01T00:00:00Z | --reset]',
  options: { by: { type: 'string' }, to: { type: 'string' }, reset: { type: 'boolean' } },
  run: async (config, given, terminal) => {
    const { reset } = given.values
    const by = textOf(given, 'by')
    const to = textOf(given, 'to')
    const asked = [by, to, reset].filter((one) => one !== undefined).length
    if (asked > 1) throw new StartRefused('give one of --by, --to and --reset')
    if (asked === 1 && config.mode === 'production')
      throw new StartRefused('in production time moves by itself')
    const byMs = by === undefined ? 0 : parseDurationMs(by)
    if (byMs === undefined)
      throw new StartRefused('--by takes a duration like 90s, 15m, 12h, 30d, 2w')
    if (to !== undefined && Number.isNaN(Date.parse(to)))
      throw new StartRefused('--to takes a time like 2027-01-01T00:00:00Z')

    const house = await openHouse(config, { exclusive: false, say: terminal.say })
    const { world } = house
    try {
      if (asked === 1) {
        const now = await clockShift(world.db)
        const wanted =
          reset === true
            ? 0
            : to === undefined
              ? now + byMs
              : now + Date.parse(to) - world.clock.now()
        await inTx(world.db, async (tx) => {
          await moveClock(tx, Math.round(wanted))
          await writeAudit(tx, world, systemActor('cli'), {
            action: 'clock.moved',
            target: { kind: 'clock', id: 'clock' },
            after: { shift_ms: Math.round(wanted) },
            result: 'done',
          })
        })
        world.clock.shift(Math.round(wanted))
        await world.jobs.runSchedules()
      }
      const shift_ms = await clockShift(world.db)
      const now = rfc3339(world.clock.now())
      terminal.result({ now, shift_ms }, [`${now} (${shift_ms / 86_400_000} days ahead)`])
    } finally {
      await house.close()
    }
    return 0
  },
}
