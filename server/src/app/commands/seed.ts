import type { Command } from '../command.ts'
import { openHouse } from '../house.ts'
import { demoPeople } from '../seed.ts'
import { StartRefused } from '../start-refused.ts'

export const seed: Command = {
  name: 'seed',
  summary: 'Make the demo people (never in production)',
  usage: 'tongbao seed',
  run: async (config, _given, terminal) => {
    if (config.mode === 'production')
      throw new StartRefused('demo people are refused in production')
    const house = await openHouse(config, { exclusive: false, say: terminal.say })
    try {
      const signIns = await demoPeople(house.world)
      terminal.result(
        signIns,
        signIns.map(({ email, password, role }) => `${email}  ${password}  ${role}`),
      )
    } finally {
      await house.close()
    }
    return 0
  },
}
