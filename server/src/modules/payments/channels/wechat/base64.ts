const LETTERS = /^[A-Za-z0-9+/]*={0,2}$/

/** Node reads past letters that are none; here they are refused. */
export const parseBase64 = (unchecked: unknown): Buffer | undefined =>
  typeof unchecked === 'string' && unchecked.length % 4 === 0 && LETTERS.test(unchecked)
    ? Buffer.from(unchecked, 'base64')
    : undefined
