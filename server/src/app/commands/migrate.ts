import type { Command } from '../command.ts'
import { openDatabase, prepareDatabase } from '../open-database.ts'

export const migrateCommand: Command = {
  name: 'migrate',
  summary: 'Bring the database up to this build',
  usage: 'tongbao migrate',
  run: async (config, _given, terminal) => {
    const database = await openDatabase(config, { exclusive: false, say: terminal.say })
    try {
      const { applied } = await prepareDatabase(database.url, terminal.say)
      const line = applied === 0 ? 'Nothing to do: the database is current.' : `Applied ${applied}.`
      terminal.result({ applied }, [line])
    } finally {
      await database.close()
    }
    return 0
  },
}
