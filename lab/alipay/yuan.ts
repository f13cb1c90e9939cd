/**
 * `88.8` is 8880 fen; undefined for whatever is no text of at most two decimals. A JSON number is refused as well,
 * although Alipay reads one: it has been a float on its way.
 */
export function parseYuan(unchecked: unknown): number | undefined {
  const match = typeof unchecked === 'string' ? /^(\d{1,9})(?:\.(\d{1,2}))?$/.exec(unchecked) : null
  return match ? Number(match[1] + (match[2] ?? '').padEnd(2, '0')) : undefined
}

export function yuan(fen: number): string {
  const figures = Math.abs(fen).toString().padStart(3, '0')
  return `${fen < 0 ? '-' : ''}${figures.slice(0, -2)}.${figures.slice(-2)}`
}
