import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  hash,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto'

/** Keys for each purpose, all grown from TONGBAO_SECRET; old secrets still open what they closed. */
export interface Keyring {
  /** Closes with the newest key: `keyId.nonce.tag.text`, each part base64url. */
  seal(plain: string, about: string): string
  /** The id of the newest key, which begins what it sealed. */
  readonly newest: string
  /** Opens with whichever key closed it; throws when it was changed or is about something else. */
  open(sealed: string, about: string): string
  /** A key of 32 bytes for one purpose, grown from the newest secret. */
  derive(purpose: string): Buffer
  /** The same from every secret, newest first, for those who keep versions of their own. */
  versions(purpose: string): readonly { readonly version: number; readonly key: Buffer }[]
  sign(purpose: string, text: string): string
  /** True when any key of the ring signed this: a signature outlives a rotation. */
  signed(purpose: string, text: string, signature: string): boolean
}

export const sha256 = (text: string | Uint8Array): Buffer => hash('sha256', text, 'buffer')

export const sameBytes = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && timingSafeEqual(a, b)

/** The first secret closes and signs; the others are retired ones that may still open. */
export function keyring(secrets: readonly string[]): Keyring {
  // Grown once: a secret and a handful of purposes, as long as the secrets themselves are at hand.
  const grown = new Map<string, Buffer>()
  const grow = (secret: string, purpose: string): Buffer => {
    const name = `${secret}\0${purpose}`
    const known = grown.get(name)
    if (known) return known
    const key = Buffer.from(hkdfSync('sha256', secret, 'tongbao', purpose, 32))
    grown.set(name, key)
    return key
  }
  const idOf = (secret: string): string => grow(secret, 'key id').subarray(0, 4).toString('hex')
  const byId = new Map(secrets.map((secret) => [idOf(secret), secret]))
  const newest = secrets[0]
  if (newest === undefined) throw new Error('a keyring needs a secret')

  return {
    newest: idOf(newest),
    seal: (plain, about) => {
      const nonce = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', grow(newest, 'seal'), nonce)
      // What the text is about is authenticated too, so a sealed value cannot be moved to another row.
      cipher.setAAD(Buffer.from(about))
      const text = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()])
      return [
        idOf(newest),
        ...[nonce, cipher.getAuthTag(), text].map((b) => b.toString('base64url')),
      ].join('.')
    },
    open: (sealed, about) => {
      const [keyId = '', nonce = '', tag = '', text = ''] = sealed.split('.')
      const secret = byId.get(keyId)
      if (secret === undefined)
        throw new Error(`sealed with key ${keyId}, which is not in the ring`)
      const decipher = createDecipheriv(
        'aes-256-gcm',
        grow(secret, 'seal'),
        Buffer.from(nonce, 'base64url'),
        { authTagLength: 16 },
      )
      decipher.setAAD(Buffer.from(about))
      decipher.setAuthTag(Buffer.from(tag, 'base64url'))
      return (
        decipher.update(Buffer.from(text, 'base64url')).toString('utf8') + decipher.final('utf8')
      )
    },
    derive: (purpose) => grow(newest, purpose),
    versions: (purpose) =>
      secrets.map((secret) => ({
        version: Number.parseInt(idOf(secret), 16),
        key: grow(secret, purpose),
      })),
    sign: (purpose, text) =>
      `${idOf(newest)}.${createHmac('sha256', grow(newest, purpose)).update(text).digest('base64url')}`,
    signed: (purpose, text, signature) => {
      const [keyId = '', mac = ''] = signature.split('.')
      const secret = byId.get(keyId)
      if (secret === undefined) return false
      const ours = createHmac('sha256', grow(secret, purpose)).update(text).digest()
      return sameBytes(ours, Buffer.from(mac, 'base64url'))
    },
  }
}
