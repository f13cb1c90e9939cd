import { done, type Facts, type Outcome } from '#kernel/outcome'
import { FACTS_BYTES_MAX } from './limits.ts'
import { credits } from './refusals.ts'

interface Kept {
  readonly params: Facts | undefined
  readonly metadata: Facts | undefined
}

/** What a caller wants kept with an entry, no more of each than has room. */
export function keptFacts(
  unchecked: Readonly<Partial<Record<keyof Kept, Record<string, unknown> | undefined>>>,
): Outcome<Kept, 'facts_too_large'> {
  for (const name of ['params', 'metadata'] as const)
    if (Buffer.byteLength(JSON.stringify(unchecked[name] ?? {})) > FACTS_BYTES_MAX)
      return credits.no('facts_too_large', { field: name, bytes_max: FACTS_BYTES_MAX })
  // What was parsed from JSON is JSON.
  const { params, metadata } = unchecked as Kept
  return done({ params, metadata })
}
