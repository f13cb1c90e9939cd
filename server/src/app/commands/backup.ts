import { keyring } from '#kernel/crypto'
import { SchemaRefused } from '#kernel/migrations'
import { SIGNED_FOR } from '../backup-manifest.ts'
import { sizeOf, writeBackup } from '../backup-write.ts'
import type { Command } from '../command.ts'
import { keptSecret } from '../kept-secret.ts'
import { openDatabase } from '../open-database.ts'
import { MIGRATIONS_FOLDER } from '../places.ts'
import { StartRefused } from '../start-refused.ts'

export const backup: Command = {
  name: 'backup',
  summary: 'Write everything, as it stands at one moment, into a new folder',
  usage: 'tongbao backup FOLDER',
  wordsMax: 1,
  run: async (config, given, terminal) => {
    const [folder] = given.words
    if (folder === undefined) throw new StartRefused('say where to: tongbao backup FOLDER')
    const database = await openDatabase(config, { exclusive: false, say: terminal.say })
    try {
      const ring = keyring(config.secrets ?? [keptSecret(config.dataFolder)])
      const { tables, made_at } = await writeBackup({
        url: database.url,
        folder,
        migrationsFolder: MIGRATIONS_FOLDER,
        sign: (text) => ring.sign(SIGNED_FOR, text),
        say: terminal.say,
        progress: terminal.progress,
      })
      const rows = tables.reduce((sum, table) => sum + table.rows, 0)
      const bytes = tables.reduce((sum, table) => sum + table.bytes, 0)
      const secret = config.secrets === undefined ? `${config.dataFolder}/secret` : 'TONGBAO_SECRET'
      terminal.result({ folder, made_at, tables: tables.length, rows, bytes }, [
        `Saved ${tables.length} tables with ${rows} rows (${sizeOf(bytes)} before packing) in ${folder}, as of ${made_at}.`,
        `Keep ${secret} too, in another place: what is sealed opens with nothing else, and it is not in the backup.`,
        `Try it now and then: tongbao restore ${folder} --drill`,
      ])
    } catch (error) {
      if (error instanceof SchemaRefused) throw new StartRefused(error.message)
      throw error
    } finally {
      await database.close()
    }
    return 0
  },
}
