import type { Json, Kit, Provider } from '../kit/provider.ts'
import { answerApi } from './api.ts'
import { bookLines } from './book-lines.ts'
import { newId, openBooks } from './books.ts'
import { controlsOf } from './controls.ts'
import { openEndpoint } from './endpoint.ts'
import { openKeys } from './idempotency.ts'
import { type Merchant, NOBODY } from './merchant.ts'
import { hostedPage } from './page.ts'
import { waitingAt } from './waiting.ts'

/** Stripe for one account in test mode, written from its own types: the API, the hosted page, the notifications. */
export async function openStripe(kit: Kit): Promise<Provider> {
  const merchant: Merchant = {
    kit,
    id: newId('acct_1', 15),
    secretKey: newId('sk_test_51', 90),
    books: openBooks(),
    endpoint: openEndpoint(kit),
    knobs: { pendingRefunds: 0, searchLagMs: 0 },
    by: NOBODY,
    origin: '',
  }
  const once = openKeys()
  return {
    name: 'stripe',
    handle: async (request) => hostedPage(merchant, request) ?? answerApi(merchant, once, request),
    controls: controlsOf(merchant),
    account: (baseUrl) => accountOf(merchant, baseUrl),
    books: () => bookLines(merchant.books),
    waiting: () => waitingAt(merchant),
  }
}

const accountOf = (merchant: Merchant, baseUrl: string): Json => ({
  channel: 'stripe',
  merchant: merchant.id,
  livemode: false,
  settings: { base_url: baseUrl, account: merchant.id },
  secrets: { secret_key: merchant.secretKey, webhook_secrets: [...merchant.endpoint.secrets()] },
})
