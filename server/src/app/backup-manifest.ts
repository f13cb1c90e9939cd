import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import Type, { type Static } from 'typebox'
import { Value } from 'typebox/value'
import { JOBS_SCHEMA } from '#kernel/jobs'
import { type Migration, readMigrations } from '#kernel/migrations'
import { modules } from '../architecture.ts'
import { ROOT_FOLDER } from './places.ts'
import { StartRefused } from './start-refused.ts'

/** Whatever else lives in the database is not ours to save, nor to put back. */
export const OUR_SCHEMAS: readonly string[] = ['kernel', ...Object.keys(modules), JOBS_SCHEMA]

const FORMAT = 1
const strict = { additionalProperties: false } as const
const NAME = Type.String({ pattern: '^[a-z_][a-z0-9_$]*$', maxLength: 63 })
const COUNT = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
const HASH = Type.String({ pattern: '^[0-9a-f]{64}$' })

const TABLE = Type.Object(
  {
    schema: NAME,
    name: NAME,
    columns: Type.Array(Type.String({ minLength: 1, maxLength: 63 })),
    /** Partitions are made while serving, so the migrations alone do not bring them back. */
    partition: Type.Optional(
      Type.Object(
        {
          schema: NAME,
          of: NAME,
          // It becomes a statement, so it may not begin another one.
          bound: Type.String({ pattern: '^(?:DEFAULT|FOR VALUES [^;]+)$', maxLength: 2_000 }),
        },
        strict,
      ),
    ),
    rows: COUNT,
    bytes: COUNT,
    /** Of the text that COPY gives, before it is packed. */
    sha256: HASH,
  },
  strict,
)

const SEQUENCE = Type.Object(
  {
    schema: NAME,
    name: NAME,
    last_value: Type.String({ pattern: '^-?\\d{1,19}$' }),
    is_called: Type.Boolean(),
  },
  strict,
)

const MANIFEST = Type.Object(
  {
    format: Type.Literal(FORMAT),
    tongbao: Type.String({ maxLength: 100 }),
    made_at: Type.String({ maxLength: 40 }),
    postgres: Type.String({ maxLength: 200 }),
    /** The version of the queue's tables, which pg-boss makes and we do not. */
    queue: Type.Integer({ minimum: 1 }),
    migrations: Type.Array(
      Type.Object(
        {
          number: Type.Integer({ minimum: 1 }),
          name: Type.String({ pattern: '^\\d{4}-[a-z0-9-]+$' }),
          checksum: HASH,
        },
        strict,
      ),
      { minItems: 1 },
    ),
    tables: Type.Array(TABLE),
    sequences: Type.Array(SEQUENCE),
  },
  strict,
)

export type Manifest = Static<typeof MANIFEST>
export type SavedTable = Static<typeof TABLE>
export type SavedSequence = Static<typeof SEQUENCE>

export const MANIFEST_FILE = 'manifest.json'
/** Beside the manifest, because it is over the manifest's very bytes. */
export const SIGNATURE_FILE = 'manifest.sig'
/** What the secret of the installation signs a manifest for. */
export const SIGNED_FOR = 'backup'

export const fileOf = ({ schema, name }: { schema: string; name: string }): string =>
  `${schema}.${name}.copy.gz`

/** The manifest's own text, and the signature when there is one. */
export function readManifest(folder: string): {
  readonly manifest: Manifest
  readonly text: string
  readonly signature: string | undefined
} {
  const text = read(join(folder, MANIFEST_FILE))
  if (text === undefined)
    throw new StartRefused(
      `${folder} is not a backup: it has no ${MANIFEST_FILE}; give the folder that tongbao backup wrote`,
    )
  return {
    manifest: parseManifest(text, folder),
    text,
    signature: read(join(folder, SIGNATURE_FILE)),
  }
}

export function parseManifest(text: string, folder: string): Manifest {
  const unchecked = parseJson(text)
  const format = typeof unchecked === 'object' && unchecked && Reflect.get(unchecked, 'format')
  if (typeof format === 'number' && format > FORMAT)
    throw new StartRefused(
      `the backup in ${folder} is written in format ${format} and this build reads ${FORMAT}; restore it with a newer tongbao`,
    )
  if (!Value.Check(MANIFEST, unchecked))
    throw new StartRefused(`the ${MANIFEST_FILE} in ${folder} is damaged; take another backup`)
  const foreign = [...unchecked.tables, ...unchecked.sequences].find(
    ({ schema }) => !OUR_SCHEMAS.includes(schema),
  )
  if (foreign)
    throw new StartRefused(
      `the backup in ${folder} holds ${foreign.schema}.${foreign.name}, which this build does not know; restore it with tongbao ${unchecked.tongbao}`,
    )
  return unchecked
}

/** The backup's migrations must be the first ones of this build's, file by file. */
export function refuseStranger(manifest: Manifest, migrationsFolder: string): Migration[] {
  const known = readMigrations(migrationsFolder)
  for (const [i, { name, checksum }] of manifest.migrations.entries()) {
    const ours = known[i]
    if (ours === undefined || ours.number > Number(name.slice(0, 4)))
      throw new StartRefused(
        `the backup is newer than this build (it has migration ${name}); restore it with tongbao ${manifest.tongbao}`,
      )
    if (ours.name !== name || ours.checksum !== checksum)
      throw new StartRefused(
        `the backup comes from another line of builds (its migration ${name} is not ours); restore it with the build that made it`,
      )
  }
  return known.slice(0, manifest.migrations.length)
}

/** Of this build. */
export const ownVersion = (): string => {
  const unchecked = parseJson(readFileSync(join(ROOT_FOLDER, 'package.json'), 'utf8'))
  return Value.Check(Type.Object({ version: Type.String() }), unchecked) ? unchecked.version : '?'
}

/** The version of the queue's tables that this build installs. */
export function ownQueueVersion(): number {
  const path = createRequire(import.meta.url).resolve('pg-boss/package.json')
  const unchecked = parseJson(readFileSync(path, 'utf8'))
  if (!Value.Check(Type.Object({ pgboss: Type.Object({ schema: Type.Integer() }) }), unchecked))
    throw new Error('pg-boss no longer says which version its tables have')
  return unchecked.pgboss.schema
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const code = Reflect.get(Object(error), 'code')
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw new StartRefused(`${path} cannot be read (${code}); give this user the right to`)
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
