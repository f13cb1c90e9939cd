/** A mail as a person would see it. */
export interface Letter {
  readonly subject: string
  readonly text: string
  readonly html: string
}

interface Part {
  readonly headers: ReadonlyMap<string, string>
  readonly body: string
}

/** Reads what mailers write, not all that MIME allows: parts in parts, two transfer encodings, UTF-8. */
export function readLetter(raw: Buffer): Letter {
  const whole = readPart(raw.toString('latin1'))
  const leaves = leavesOf(whole)
  const ofType = (type: string) =>
    leaves.find(({ headers }) => (headers.get('content-type') ?? 'text/plain').startsWith(type))
  return {
    subject: decodeWords(whole.headers.get('subject') ?? ''),
    text: contentOf(ofType('text/plain')),
    html: contentOf(ofType('text/html')),
  }
}

function readPart(text: string): Part {
  const end = text.search(/\r?\n\r?\n/)
  const head = end < 0 ? text : text.slice(0, end)
  const lines = head.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/)
  return {
    headers: new Map(
      lines.map((line) => {
        const at = line.indexOf(':')
        return [line.slice(0, at).toLowerCase(), line.slice(at + 1).trim()]
      }),
    ),
    body: end < 0 ? '' : text.slice(end).replace(/^\r?\n\r?\n/, ''),
  }
}

function leavesOf(part: Part): Part[] {
  const boundary = /^multipart\/.*boundary="?([^";]+)"?/i.exec(
    part.headers.get('content-type') ?? '',
  )?.[1]
  if (boundary === undefined) return [part]
  return part.body
    .split(`--${boundary}`)
    .slice(1, -1)
    .flatMap((text) => leavesOf(readPart(text.replace(/^\r?\n/, ''))))
}

function contentOf(part: Part | undefined): string {
  if (!part) return ''
  const encoding = part.headers.get('content-transfer-encoding')?.toLowerCase()
  if (encoding === 'base64') return Buffer.from(part.body, 'base64').toString()
  const body = encoding === 'quoted-printable' ? unquote(part.body) : part.body
  // The line break that ends the letter is the protocol's, not the writer's.
  return Buffer.from(body.replace(/\r?\n$/, ''), 'latin1').toString()
}

const unquote = (text: string): string =>
  text
    .replace(/=\r?\n/g, '')
    .replace(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))

/** `=?UTF-8?B?…?=`; what lies between two of them is only there to fold the line. */
const decodeWords = (text: string): string =>
  text
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_, how: string, word: string) =>
      how.toLowerCase() === 'b'
        ? Buffer.from(word, 'base64').toString()
        : Buffer.from(unquote(word.replaceAll('_', ' ')), 'latin1').toString(),
    )
