import type { Keyring } from '#kernel/crypto'
import type { PaymentFact } from './fact.ts'

/** The same payer has the same word here, and nobody can go back from it to the person. */
export const hidePayer = (ring: Keyring, channel: string, fact: PaymentFact): PaymentFact =>
  fact.payer === undefined
    ? fact
    : { ...fact, payer: ring.sign('payments.payer', `${channel} ${fact.payer}`) }
