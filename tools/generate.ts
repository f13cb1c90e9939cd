import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { readSources } from '../server/test/tidy/house.ts'
import { readContract } from './gen-contract.ts'
import { readDatabase } from './gen-database.ts'
import { renderLaws } from './gen-laws.ts'
import { renderMatrix } from './gen-matrix.ts'
import { renderSdk } from './gen-sdk.ts'
import { renderStates } from './gen-states.ts'

// npm run generate            writes every generated file
// npm run generate -- --check only names those that are out of date, and fails if there are any

interface Artifact {
  readonly path: string
  readonly make: () => Promise<string>
}

const root = join(import.meta.dirname, '..')

const database = await readDatabase()
const contract = await readContract()

/** Every file of the repository that a program writes. */
const artifacts: readonly Artifact[] = [
  { path: 'docs/openapi.json', make: async () => contract.openapi },
  { path: 'docs/api-permission-matrix.md', make: async () => renderMatrix(contract.routes) },
  {
    path: 'sdk/src/schema.gen.ts',
    make: async () => renderSdk(contract.openapi, contract.routes),
  },
  { path: 'db/schema.sql', make: async () => database.schema },
  { path: 'server/src/kernel/database-types.ts', make: async () => database.types },
  { path: 'docs/states.md', make: async () => renderStates() },
  // Last: it reads what the others have written.
  { path: 'docs/laws.md', make: async () => renderLaws(readSources(root)) },
]

const current = (path: string): string | undefined => {
  try {
    return readFileSync(join(root, path), 'utf8')
  } catch {
    return undefined // not there yet: out of date
  }
}

const isCheck = process.argv.includes('--check')
for (const { path, make } of artifacts) {
  const text = await make()
  if (text === current(path)) continue
  if (isCheck) {
    process.stderr.write(`${path} is out of date -> npm run generate\n`)
    process.exitCode = 1
  } else {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
    process.stdout.write(`wrote ${path}\n`)
  }
}
