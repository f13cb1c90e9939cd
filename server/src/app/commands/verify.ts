import { sealEntries, verifyAudit } from '#audit'
import type { Command } from '../command.ts'
import { openHouse } from '../house.ts'

export const verify: Command = {
  name: 'verify',
  summary: 'Prove that the books are whole: the audit chain',
  usage: 'tongbao verify',
  run: async (config, _given, terminal) => {
    const house = await openHouse(config, { exclusive: false, say: terminal.say })
    const { db, ring } = house.world
    try {
      await sealEntries(house.world) // what waits for its seal is sealed first, so that all is looked at
      const verdict = await verifyAudit(db, ring, ({ blocks, blocksMax }) =>
        terminal.progress(`audit: block ${blocks} of ${blocksMax}`),
      )
      const { entries, blocks, last, faults } = verdict
      const end = last === null ? 'nothing sealed yet' : `block ${last.block}, ${last.digest}`
      terminal.result(verdict, [
        `audit: ${entries} entries in ${blocks} blocks; the chain ends at ${end}`,
        ...faults.map(({ table, row, what }) => `audit.${table} ${row}: ${what}`),
        faults.length === 0
          ? 'All is as it was sealed.'
          : 'The trail was changed after it was sealed.',
      ])
      return faults.length === 0 ? 0 : 1
    } finally {
      await house.close()
    }
  },
}
