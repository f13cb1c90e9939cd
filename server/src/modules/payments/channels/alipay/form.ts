import { FORM_BYTES_MAX, FORM_FIELDS_MAX } from './limits.ts'

export type Form = ReadonlyMap<string, string>

/**
 * The fields of a posted form, each decoded once and each there once: of two amounts, who knows which one was verified.
 * A text says why it is none.
 */
export function parseForm(unchecked: Buffer): Form | string {
  // Decoding takes longer than judging: what no trade needs is not decoded for anybody.
  if (unchecked.length > FORM_BYTES_MAX) return 'too long'
  const form = new Map<string, string>()
  const escaped = unchecked.toString('latin1')
  if (/%(?![0-9A-Fa-f]{2})/.test(escaped)) return 'a broken escape'
  const pairs = escaped.split('&')
  if (pairs.length > FORM_FIELDS_MAX) return 'too many fields'
  for (const pair of pairs) {
    const cut = pair.indexOf('=')
    const name = decode(pair.slice(0, Math.max(cut, 0)))
    const value = decode(pair.slice(cut + 1))
    if (name === undefined || value === undefined) return NOT_UTF8
    // A name with = or & in it would be two fields to whoever joins them.
    if (!/^[A-Za-z_][A-Za-z0-9_]{0,63}$/.test(name)) return 'a field without a proper name'
    if (form.has(name)) return 'a field is there twice'
    if (value.includes('\0')) return 'a field with NUL in it'
    form.set(name, value)
  }
  return form
}

export const NOT_UTF8 = 'the charset is not utf-8: it is set for the app, in the console of Alipay'

// Bytes first, letters afterwards: an escape is a byte, and a letter may have several.
function decode(escaped: string): string | undefined {
  const bytes = escaped
    .replaceAll('+', ' ')
    .replace(/%(..)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  try {
    return UTF8.decode(Buffer.from(bytes, 'latin1'))
  } catch {
    return undefined
  }
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
