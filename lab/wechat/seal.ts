import { constants, createCipheriv, privateDecrypt, randomBytes } from 'node:crypto'
import type { PlatformKey } from './keys.ts'

export interface Sealed {
  readonly algorithm: 'AEAD_AES_256_GCM'
  readonly ciphertext: string
  readonly associated_data: string
  readonly nonce: string
}

/** Under the APIv3 key, as notifications and certificates travel; the tag follows the text. */
export function seal(text: string, apiV3Key: string, associatedData: string): Sealed {
  const nonce = randomBytes(6).toString('hex')
  const cipher = createCipheriv('aes-256-gcm', apiV3Key, nonce)
  cipher.setAAD(Buffer.from(associatedData))
  const parts = [cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]
  return {
    algorithm: 'AEAD_AES_256_GCM',
    ciphertext: Buffer.concat(parts).toString('base64'),
    associated_data: associatedData,
    nonce,
  }
}

/** A field that the merchant encrypted for the platform; undefined where it was for somebody else. */
export function openField(ciphertext: string, { privateKey }: PlatformKey): string | undefined {
  const padding = constants.RSA_PKCS1_OAEP_PADDING
  try {
    const key = { key: privateKey, padding, oaepHash: 'sha1' }
    return privateDecrypt(key, Buffer.from(ciphertext, 'base64')).toString('utf8')
  } catch {
    return undefined
  }
}
