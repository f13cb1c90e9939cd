// What stands in an address was typed by anybody: each of these takes what it knows and leaves out the rest.

export const textOf = (value: unknown): string | undefined => {
  const text = typeof value === 'number' ? String(value) : value
  return typeof text === 'string' && text !== '' && text.length <= 200 ? text : undefined
}

export const oneOf =
  <V extends string>(values: readonly V[]) =>
  (value: unknown): V | undefined =>
    values.find((one) => one === value)

export const dayOf = (value: unknown): string | undefined => timeIn(/^\d{4}-\d\d-\d\d$/, value)

/** As a field of the browser writes a moment. */
export const minuteOf = (value: unknown): string | undefined =>
  timeIn(/^\d{4}-\d\d-\d\dT\d\d:\d\d$/, value)

const timeIn = (shape: RegExp, value: unknown): string | undefined =>
  typeof value === 'string' && shape.test(value) && Number.isFinite(Date.parse(value))
    ? value
    : undefined
