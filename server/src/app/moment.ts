const RFC3339 =
  /^(\d{4})-(\d\d)-(\d\d)[T ]([01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/
const YEAR_10000_MS = 253_402_300_800_000

/** Milliseconds since the epoch of an RFC 3339 time; undefined for all else that Date.parse takes. */
export function parseMoment(unchecked: string): number | undefined {
  const text = unchecked.toUpperCase()
  const match = RFC3339.exec(text)
  if (!match) return undefined
  const [year, month, day] = match.slice(1, 4).map(Number)
  // The 30th of February is read as the 2nd of March otherwise.
  const date = new Date(0)
  date.setUTCFullYear(year ?? 0, (month ?? 0) - 1, day)
  if (date.getUTCMonth() + 1 !== month || date.getUTCDate() !== day) return undefined
  const ms = Date.parse(text.replace(' ', 'T'))
  return ms < YEAR_10000_MS ? ms : undefined
}
