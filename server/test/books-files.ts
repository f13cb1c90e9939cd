import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runCli } from './server-process.ts'
import { newApp, openTill } from './till.ts'
import { SECRET, type TestWorld } from './world.ts'

/** A folder for files of books, and the command line that writes and reads them. */
export function filesOfBooks() {
  const folder = mkdtempSync(join(tmpdir(), 'tongbao-files-'))
  let files = 0
  return {
    folder,
    file: (text?: string): string => {
      const path = join(folder, `file-${++files}`)
      if (text !== undefined) writeFileSync(path, text)
      return path
    },
    run: async (world: TestWorld, ...args: string[]) => {
      const env = { DATABASE_URL: world.url, TONGBAO_SECRET: SECRET, TONGBAO_DATA: folder }
      const ended = await runCli(args, env).ended
      return { ...ended, told: ended.out + ended.err.join('\n') }
    },
    sweep: () => rmSync(folder, { recursive: true }),
  }
}

/** An app's user whose name a spreadsheet would run, with lots, charges, a hold and a debt. */
export async function spread(world: TestWorld) {
  const till = openTill(world)
  const [rich, plain, poor] = [`=HYPERLINK("x")-${newApp()}`, newApp(), newApp()]
  await till.give(rich, 500, { expires_at: till.inDays(30) })
  await till.give(rich, 40, { source: 'promo', expires_at: till.inDays(9) })
  await till.give(rich, 25, { source: 'signup', effective_at: till.inDays(5) })
  const charge = await till.post('charge', { external_id: rich, amount: 60 })
  await till.post('refund', { external_id: rich, charge_id: charge.body.charge_id, amount: 5 })
  await till.post('holds', { external_id: rich, amount: 30, expires_in_s: 600 })
  await till.give(plain, 70)
  await till.post('transfer', {
    from: { external_id: plain },
    to: { external_id: rich },
    amount: 10,
  })
  return { rich, plain, poor, till }
}
