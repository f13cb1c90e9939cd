/** What the older protocol of Alipay signs: `name=value` in the order of names, nothing escaped. */
export const canonicalText = (fields: Iterable<readonly [string, string]>): string =>
  [...fields]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&')

/**
 * As nothing is escaped, one signed text can be cut into fields in more than one way: what one paid a cent for then says
 * of another order that it is paid. A cut that hides or replaces a field leaves a value that looks like this. Alipay's
 * own never do while no word of a user goes into a signed field.
 */
export const looksRecut = (value: string): boolean => /&[A-Za-z_][A-Za-z0-9_]*=/.test(value)
