import { createDecipheriv } from 'node:crypto'
import { asObject } from '../../strict-json.ts'
import { parseBase64 } from './base64.ts'
import { APIV3_KEY_BYTES, TAG_BYTES } from './limits.ts'

const NONCE_BYTES = 12

/**
 * Opens what WeChat sealed, with whichever of the account's keys closed it: while a key is changed both are in use.
 * Undefined where none did, where it was changed on its way, or where it names another algorithm.
 */
export function openSealed(unchecked: unknown, keys: readonly string[]): Buffer | undefined {
  const { algorithm, ciphertext, nonce, associated_data: about = '' } = asObject(unchecked) ?? {}
  if (algorithm !== 'AEAD_AES_256_GCM' || typeof about !== 'string') return undefined
  if (typeof nonce !== 'string' || Buffer.byteLength(nonce) !== NONCE_BYTES) return undefined
  const bytes = parseBase64(ciphertext)
  if (bytes === undefined || bytes.length < TAG_BYTES) return undefined
  for (const key of keys) {
    const opened = openWith(Buffer.from(key), { bytes, nonce, about })
    if (opened !== undefined) return opened
  }
  return undefined
}

interface Sealed {
  readonly bytes: Buffer
  readonly nonce: string
  readonly about: string
}

function openWith(key: Buffer, { bytes, nonce, about }: Sealed): Buffer | undefined {
  if (key.length !== APIV3_KEY_BYTES) return undefined
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })
  decipher.setAAD(Buffer.from(about))
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES))
  const opened = decipher.update(bytes.subarray(0, -TAG_BYTES))
  try {
    // The tag is compared here and nowhere else: what `update` answered before is worth nothing by itself.
    return Buffer.concat([opened, decipher.final()])
  } catch {
    return undefined
  }
}
