import type { Config } from './config.ts'
import { type Finding, judgeDatabase, judgeSurroundings } from './doctor-judge.ts'
import { lookAround, readDatabase } from './doctor-readings.ts'

export type { Finding } from './doctor-judge.ts'

/** Everything that could make a promise of this house untrue, and what to do about it. */
export async function examine(config: Config, databaseUrl: string): Promise<Finding[]> {
  return [...(await examineSurroundings(config)), ...(await examineDatabase(config, databaseUrl))]
}

export const examineSurroundings = async (config: Config): Promise<Finding[]> =>
  judgeSurroundings(config, await lookAround(config))

export const examineDatabase = async (config: Config, databaseUrl: string): Promise<Finding[]> =>
  judgeDatabase(config, await readDatabase(databaseUrl))

/** The first that must not be lived with; undefined when all can. */
export const gravest = (findings: readonly Finding[]): Finding | undefined =>
  findings.find(({ state }) => state === 'grave')
