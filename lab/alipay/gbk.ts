/** Letters to bytes. Node reads GBK and does not write it, so the table is what it reads, turned around. */
const BYTES = new Map<string, readonly [number, number]>()

const pairs: [number, number][] = []
for (let lead = 0x81; lead <= 0xfe; lead++)
  for (let trail = 0x40; trail <= 0xfe; trail++) if (trail !== 0x7f) pairs.push([lead, trail])

// A line break after each pair: one that means nothing then spoils no other.
const lines = new TextDecoder('gbk').decode(
  Uint8Array.from(pairs.flatMap(([lead, trail]) => [lead, trail, 0x0a])),
)
for (const [i, letter] of lines.split('\n').entries()) {
  const pair = pairs[i]
  if (pair && [...letter].length === 1 && letter !== '\ufffd' && !BYTES.has(letter))
    BYTES.set(letter, pair)
}

/** What GBK has no letter for becomes a question mark, as it does at Alipay. */
export const encodeGbk = (text: string): Buffer =>
  Buffer.from(
    [...text].flatMap((letter) => {
      const code = letter.charCodeAt(0)
      return code < 0x80 ? [code] : (BYTES.get(letter) ?? [0x3f])
    }),
  )
