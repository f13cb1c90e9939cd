import { randomBytes } from 'node:crypto'
import type { Json, Kit, LabReply, Provider } from '../kit/provider.ts'
import { answerApi } from './api.ts'
import { bookLines } from './book-lines.ts'
import { newId, openBooks } from './books.ts'
import { openChain } from './chain.ts'
import { controlsOf } from './controls.ts'
import type { Merchant } from './merchant.ts'
import { openOnce } from './once.ts'
import { approvePage } from './page.ts'
import { openTokens } from './tokens.ts'
import { waitingAt } from './waiting.ts'

const CERTIFICATE = /^\/v1\/notifications\/certs\/(CERT-[0-9a-f-]+)$/

/** PayPal's sandbox for one merchant: the API, the page of the payer, the certificates, the notifications. */
export async function openPaypal(kit: Kit): Promise<Provider> {
  const merchant: Merchant = {
    kit,
    id: newId(13),
    email: 'merchant@lab.example',
    clientId: `A${randomBytes(59).toString('base64url')}`,
    clientSecret: `E${randomBytes(59).toString('base64url')}`,
    books: openBooks(),
    chain: await openChain(kit.now),
    webhook: { url: undefined, id: newId(17) },
    knobs: {
      declines: 0,
      pendingCaptures: 0,
      pendingReason: 'PENDING_REVIEW',
      pendingRefunds: 0,
    },
  }
  const tokens = openTokens(merchant, kit.now)
  const once = openOnce()
  return {
    name: 'paypal',
    handle: async (request) => {
      const path = request.url.pathname
      const page = approvePage(merchant, request)
      if (page) return page
      const certificate = path.match(CERTIFICATE)?.[1]
      return certificate === undefined
        ? answerApi(merchant, tokens, once, request)
        : fileOf(merchant, certificate)
    },
    controls: controlsOf(merchant, tokens),
    account: (baseUrl) => accountOf(merchant, baseUrl),
    books: () => bookLines(merchant.books),
    waiting: () => waitingAt(merchant.books),
  }
}

/** Anybody may fetch a certificate: who trusts it has to look at it. */
function fileOf({ chain }: Merchant, id: string): LabReply {
  const file = chain.file(id)
  return file === undefined
    ? { status: 404 }
    : { status: 200, headers: { 'content-type': 'application/x-pem-file' }, body: file }
}

const accountOf = (merchant: Merchant, baseUrl: string): Json => ({
  channel: 'paypal',
  merchant: merchant.id,
  livemode: false,
  settings: {
    base_url: baseUrl,
    webhook_id: merchant.webhook.id,
    merchant_id: merchant.id,
    cert_hosts: [new URL(baseUrl).host],
    roots: [merchant.chain.root],
  },
  secrets: { client_id: merchant.clientId, client_secret: merchant.clientSecret },
})
