import type { Certificate } from './certificates.ts'
import type { KeyPair } from './keys.ts'

/** How an app and Alipay know each other's keys: by certificates, or by bare keys pasted into a form. */
export type Mode = 'certificate' | 'key'

export interface App {
  readonly id: string
  readonly mode: Mode
  keys: KeyPair
  /** Undefined in key mode. */
  certificate: Certificate | undefined
}

export const APP_IDS: Readonly<Record<Mode, string>> = {
  certificate: '2021000000000001',
  key: '2021000000000002',
}
