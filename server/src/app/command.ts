import type { ParseArgsOptionsConfig } from 'node:util'
import type { Config } from './config.ts'

/** What a command hears and how it speaks: to a person, or to a machine with `--json`. */
export interface Terminal {
  readonly json: boolean
  /** A line for people; silent with --json. */
  say(line: string): void
  /** How far long work has come: one line that changes, where the output is a terminal. */
  progress(line: string): void
  /** The result: an object for machines, lines for people. */
  result(value: unknown, lines: readonly string[]): void
}

export interface Given {
  readonly values: Readonly<Record<string, string | boolean | undefined>>
  readonly words: readonly string[]
}

export interface Command {
  readonly name: string
  readonly summary: string
  readonly usage: string
  readonly options?: ParseArgsOptionsConfig
  /** How many words may follow the name; none where it is not said. */
  readonly wordsMax?: number
  readonly run: (config: Config, given: Given, terminal: Terminal) => Promise<number>
  /** Most commands need a sound configuration; the doctor wants to see a broken one too. */
  readonly runBroken?: (faults: readonly string[], terminal: Terminal) => Promise<number>
}

export const textOf = (given: Given, name: string): string | undefined => {
  const value = given.values[name]
  return typeof value === 'string' ? value : undefined
}
