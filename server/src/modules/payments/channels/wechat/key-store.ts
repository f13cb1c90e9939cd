import type { KeyObject } from 'node:crypto'
import type { Ground } from '../../channel.ts'
import { LIST_FRESH_MS, REFRESH_PAUSE_MS } from './limits.ts'
import { momentAt, signedRequest } from './request-signature.ts'
import { baseUrlOf, type Merchant } from './settings.ts'
import { isFresh, isSignedBy, readSignature } from './signature.ts'
import {
  configuredKeys,
  isKeyId,
  isValidAt,
  openCertificates,
  spellSerial,
  type WechatKey,
  type WechatKeys,
} from './wechat-key.ts'

/** WeChat's keys of each account: what is configured, and what was downloaded. */
export interface KeyStore {
  /** `none`: WeChat has just said that it has no such key. `later`: one could not ask. */
  find(account: Merchant, serial: string): Promise<KeyObject | 'none' | 'later'>
  /** The one to encrypt with. */
  newest(account: Merchant): Promise<WechatKey | undefined>
}

interface Downloaded {
  keys: WechatKeys
  listedAtMs: number
  triedAtMs: number
  running: Promise<void> | undefined
}

export function openKeyStore(ground: Ground): KeyStore {
  const accounts = new Map<string, Downloaded>()

  const downloadedOf = (account: Merchant): Downloaded => {
    const { mchid, merchant_serial } = account.settings
    const name = [account.name, baseUrlOf(account), mchid, merchant_serial].join(' ')
    const known = accounts.get(name) ?? newDownloaded()
    accounts.set(name, known)
    return known
  }

  /** Whoever comes while the list is on its way waits for the same one; whoever comes soon after gets none. */
  const refresh = (account: Merchant): Promise<void> => {
    const state = downloadedOf(account)
    if (state.running !== undefined) return state.running
    if (isWithin(REFRESH_PAUSE_MS, state.triedAtMs, ground.now())) return Promise.resolve()
    state.triedAtMs = ground.now()
    const look = async () => {
      const keys = await download(ground, account, state.keys)
      if (keys) Object.assign(state, { keys, listedAtMs: ground.now() })
    }
    state.running = look().finally(() => {
      state.running = undefined
    })
    return state.running
  }

  return {
    find: async (account, unspelled) => {
      const serial = spellSerial(unspelled)
      const state = downloadedOf(account)
      const valid = (keys: WechatKeys): KeyObject | undefined => {
        const one = keys.get(serial)
        return one && isValidAt(one, ground.now()) ? one.key : undefined
      }
      const configured = valid(configuredKeys(account))
      if (configured) return configured
      // An id of a public key is in no list: staff copies it from WeChat's console.
      if (isKeyId(serial)) return 'later'
      const isListFresh = isWithin(LIST_FRESH_MS, state.listedAtMs, ground.now())
      if (!isListFresh || !valid(state.keys)) await refresh(account)
      const downloaded = valid(state.keys)
      if (downloaded) return downloaded
      return isWithin(REFRESH_PAUSE_MS, state.listedAtMs, ground.now()) ? 'none' : 'later'
    },
    newest: async (account) => {
      const state = downloadedOf(account)
      const configured = configuredKeys(account)
      const own = configured.get(account.settings.public_key_id ?? '')
      if (own) return own
      const latest = () => latestOf([...configured.values(), ...state.keys.values()], ground.now())
      if (!latest()) await refresh(account)
      return latest()
    },
  }
}

const newDownloaded = (): Downloaded => ({
  keys: new Map(),
  listedAtMs: Number.NEGATIVE_INFINITY,
  triedAtMs: Number.NEGATIVE_INFINITY,
  running: undefined,
})

// A machine whose clock was set back must not wait until it is as late again.
const isWithin = (spanMs: number, sinceMs: number, nowMs: number): boolean =>
  sinceMs <= nowMs && nowMs - sinceMs < spanMs

const latestOf = (keys: readonly WechatKey[], nowMs: number): WechatKey | undefined =>
  keys.filter((one) => isValidAt(one, nowMs)).sort((a, b) => b.fromMs - a.fromMs)[0]

/**
 * The certificates in the list were sealed with the merchant's own key, so they may vouch for the answer that brought
 * them; and one of them, or one known before, must.
 */
async function download(
  ground: Ground,
  account: Merchant,
  known: WechatKeys,
): Promise<WechatKeys | undefined> {
  const asking = { method: 'GET', path: '/v3/certificates' } as const
  const request = signedRequest(account, asking, momentAt(ground.now()))
  const answered = request && (await ground.ask(request))
  if (!answered || answered.lost || answered.status !== 200) return undefined
  const keys = openCertificates(answered.body, account.secrets.apiv3_keys)
  const signature = readSignature((name) => answered.headers.get(name) ?? undefined)
  if (keys === undefined || typeof signature === 'string') return undefined
  const serial = spellSerial(signature.serial)
  const signer = keys.get(serial) ?? configuredKeys(account).get(serial) ?? known.get(serial)
  const isGenuine =
    signer !== undefined &&
    isValidAt(signer, ground.now()) &&
    isFresh(signature, ground.now()) &&
    isSignedBy(signer.key, signature, answered.body)
  return isGenuine ? keys : undefined
}
