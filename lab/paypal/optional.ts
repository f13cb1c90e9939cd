/** PayPal leaves out what it was not told. */
export const optional = (name: string, value: string | undefined): object =>
  value === undefined ? {} : { [name]: value }
