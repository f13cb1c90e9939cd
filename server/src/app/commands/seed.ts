import { isPreset, PRESETS, type PresetName } from '#catalog'
import { type Command, type Given, textOf } from '../command.ts'
import { openHouse } from '../house.ts'
import { demoAccounts, demoPeople, demoProducts, layOut } from '../seed.ts'
import { StartRefused } from '../start-refused.ts'

export const seed: Command = {
  name: 'seed',
  summary: 'Make the demo people (never in production), and lay out a preset of products',
  usage: `tongbao seed [--preset ${Object.keys(PRESETS).join('|')}]`,
  options: { preset: { type: 'string' } },
  run: async (config, given, terminal) => {
    const isProduction = config.mode === 'production'
    const preset = presetNamed(given)
    if (isProduction && preset === undefined)
      throw new StartRefused(
        'demo people are refused in production; --preset lays out products alone',
      )
    const house = await openHouse(config, { exclusive: false, say: terminal.say })
    try {
      const signIns = isProduction ? [] : await demoPeople(house.world)
      if (!isProduction) await demoAccounts(house.world)
      const added = await (preset ? layOut(house.world, preset) : demoProducts(house.world))
      terminal.result({ sign_ins: signIns, products_added: added }, [
        ...signIns.map(({ email, password, role }) => `${email}  ${password}  ${role}`),
        `${added} products added`,
      ])
    } finally {
      await house.close()
    }
    return 0
  },
}

function presetNamed(given: Given): PresetName | undefined {
  const name = textOf(given, 'preset')
  if (name === undefined || isPreset(name)) return name
  throw new StartRefused(
    `there is no preset "${name}"; there are ${Object.keys(PRESETS).join(', ')}`,
  )
}
