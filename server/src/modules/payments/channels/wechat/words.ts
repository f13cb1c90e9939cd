/** The beginning of a text that fits so many bytes of UTF-8, never with half a letter at its end. */
export function cutToBytes(text: string, bytesMax: number): string {
  let bytes = 0
  let end = 0
  for (const letter of text) {
    bytes += Buffer.byteLength(letter)
    if (bytes > bytesMax) break
    end += letter.length
  }
  return text.slice(0, end)
}

export const cutToLetters = (text: string, lettersMax: number): string =>
  [...text].slice(0, lettersMax).join('')
