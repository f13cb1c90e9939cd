import type pg from 'pg'
import type { Lab } from '../../lab/kit/open-lab.ts'

/** Shorter texts are found by chance. */
const LETTERS_MIN = 12

/** Every secret of an account, and every line of a key: a leak rarely keeps its shape. */
const secretsOf = (account: Readonly<Record<string, unknown>>): readonly string[] =>
  textsIn(account['secrets'])

function textsIn(value: unknown): string[] {
  if (typeof value === 'string')
    return value
      .split(/\r?\n/)
      .filter((line) => line.length >= LETTERS_MIN && !line.startsWith('-----'))
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(textsIn)
}

export const secretsOfLab = (lab: Lab, channels: readonly string[]): readonly string[] =>
  channels.flatMap((channel) => secretsOf(lab.account(channel)))

/** Where a canary sings: the name of the place, and enough of the canary to know it by. */
export const heardIn = (
  places: Readonly<Record<string, string>>,
  canaries: readonly string[],
): readonly string[] =>
  Object.entries(places).flatMap(([place, text]) =>
    canaries.filter((one) => text.includes(one)).map((one) => `${place}: ${one.slice(0, 12)}…`),
  )

/** Every row of every table, as text. What is sealed says nothing; what is kept in the open is read. */
export async function everyRow(judge: pg.Pool): Promise<Readonly<Record<string, string>>> {
  const { rows: tables } = await judge.query<{ name: string }>(
    `select format('%I.%I', n.nspname, c.relname) as name
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind = 'r' and n.nspname not in ('pg_catalog', 'information_schema')`,
  )
  const places: Record<string, string> = {}
  for (const { name } of tables) {
    const { rows } = await judge.query<{ row: string }>(`select t::text as row from ${name} t`)
    places[name] = rows.map(({ row }) => row).join('\n')
  }
  return places
}

/** What every world of the tests listens for: whatever came in that no log line, problem or audit line may repeat. */
export function listenForCanaries(known: readonly string[]) {
  const canaries = new Set(known)
  const problems: string[] = []
  return {
    came: (as: string | undefined, body: unknown) => {
      if (as !== undefined && as.length >= LETTERS_MIN) canaries.add(as)
      for (const text of secretsOf(Object(body))) canaries.add(text)
    },
    refused: (text: string) => problems.push(text),
    /** Throws where one sings. */
    judge: async (log: string, trail: () => Promise<string>) => {
      const places = { log, problems: problems.join('\n'), trail: await trail() }
      const heard = heardIn(places, [...canaries])
      if (heard.length > 0) throw new Error(`a secret was repeated: ${heard.join(', ')}`)
    },
  }
}
