import { type KeyObject, X509Certificate } from 'node:crypto'
import { rootCertificates } from 'node:tls'
import { sha256 } from '#kernel/crypto'
import type { Ground } from '../../channel.ts'
import { openShelf } from '../shelf.ts'
import { judgeChain } from './chain.ts'
import { CERTIFICATE_BYTES_MAX, CERTIFICATES_KEPT_MAX, FETCHES_PER_MINUTE_MAX } from './limits.ts'
import type { PaypalAccount } from './settings.ts'

type Found =
  | {
      readonly found: 'key'
      readonly key: KeyObject
      readonly livemode: boolean
      readonly notAfterMs: number
    }
  | { readonly found: 'forged' | 'later'; readonly why: string }

/** The keys that messages are signed with, fetched from where messages say and believed only with a chain. */
export interface Certificates {
  keyAt(url: string, account: PaypalAccount): Promise<Found>
}

export function openCertificates(ground: Ground): Certificates {
  const keys = openShelf<Found>(CERTIFICATES_KEPT_MAX)
  let minute = { startedMs: 0, fetches: 0 }

  function mayFetch(): boolean {
    const now = ground.now()
    if (Math.abs(now - minute.startedMs) >= 60_000) minute = { startedMs: now, fetches: 0 }
    minute.fetches += 1
    return minute.fetches <= FETCHES_PER_MINUTE_MAX
  }

  return {
    keyAt: async (url, account) => {
      if (!isCertificateUrl(url, account)) return { found: 'forged', why: 'certificate_url_wrong' }
      return keys.take(
        `${rootsName(account)} ${url}`,
        async () =>
          mayFetch()
            ? fetchKey(ground, url, account)
            : { found: 'later', why: 'certificates_too_many' },
        (found) => found.found === 'key' && ground.now() <= found.notAfterMs,
      )
    },
  }
}

const HOSTS: readonly string[] = ['api.paypal.com', 'api.sandbox.paypal.com']
const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]'])
const PATH = /^\/v1\/notifications\/certs\/[A-Za-z0-9_-]{1,200}$/

/** Anybody may write the address of a certificate; we go to our own list of hosts, and to one path there. */
function isCertificateUrl(unchecked: string, { settings }: PaypalAccount): boolean {
  if (!URL.canParse(unchecked)) return false
  const url = new URL(unchecked)
  const scheme =
    url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.has(url.hostname))
  const host = (settings.cert_hosts ?? HOSTS).includes(url.host)
  // Written otherwise than it is read, it may be read otherwise elsewhere.
  return scheme && host && PATH.test(url.pathname) && unchecked === url.origin + url.pathname
}

const rootsName = ({ settings }: PaypalAccount): string =>
  settings.roots ? sha256(JSON.stringify(settings.roots)).toString('hex') : 'system'

async function fetchKey(ground: Ground, url: string, account: PaypalAccount): Promise<Found> {
  const answered = await ground.ask({ method: 'GET', url, bytesMax: CERTIFICATE_BYTES_MAX })
  if (answered.lost) return { found: 'later', why: 'certificate_not_reached' }
  const { status, body } = answered
  if (status === 429 || status >= 500) return { found: 'later', why: 'certificate_not_reached' }
  if (status !== 200) return { found: 'forged', why: 'certificate_not_there' }
  if (body.length > CERTIFICATE_BYTES_MAX) return { found: 'forged', why: 'certificate_unreadable' }
  const judged = judgeChain(body.toString('latin1'), rootsOf(account), ground.now())
  if (!judged.genuine) return { found: 'forged', why: judged.why }
  const { key, livemode, notAfterMs } = judged
  return { found: 'key', key, livemode, notAfterMs }
}

let systemRoots: readonly X509Certificate[] | undefined

function rootsOf({ settings }: PaypalAccount): readonly X509Certificate[] {
  if (settings.roots) return settings.roots.flatMap(certificatesIn)
  systemRoots ??= rootCertificates.flatMap(certificatesIn)
  return systemRoots
}

/** What cannot be read vouches for nobody. */
function certificatesIn(pem: string): X509Certificate[] {
  try {
    return [new X509Certificate(pem)]
  } catch {
    return []
  }
}
