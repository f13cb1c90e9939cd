import type { Json } from '#kernel/outcome'
import type { Params, PriceRule } from './price-rule.ts'

/** A word of a list, as `high` or `1080p`; neither a prompt that somebody typed nor the id of a job. */
const WORD = /^[A-Za-z0-9._:+-]{1,24}$/

/**
 * What of the parameters is written down with a charge, for ever: all that its price was made of, and what
 * another price might be made of. The rest may be what somebody typed, and is no business of the books.
 */
export function keptParams(rule: PriceRule, params: Params): Params {
  const named = new Set([...rule.terms, ...rule.multipliers].map(({ parameter }) => parameter))
  const kept: Record<string, Json> = {}
  for (const [name, value] of Object.entries(params))
    if (WORD.test(name) && (named.has(name) ? isScalar(value) : isPlain(value))) kept[name] = value
  return kept
}

const isScalar = (value: Json): boolean => typeof value !== 'object'
const isPlain = (value: Json): boolean =>
  typeof value === 'string' ? WORD.test(value) : isScalar(value)
