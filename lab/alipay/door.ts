import type { Json } from '../kit/provider.ts'
import type { App } from './app.ts'
import { no, type Refusal } from './said.ts'
import type { Shop } from './shop.ts'

/**
 * How far a request's time may lie from Alipay's. Eight hours are the usual mistake: the old gateway wants China's time,
 * and a server's own is mostly another.
 */
const WINDOW_MS = 10 * 60_000

export function findApp(shop: Shop, id: string | undefined): App | Refusal {
  if (!id) return no('40001', 'isv.missing-app-id', '缺少AppID参数')
  return (
    shop.apps.find((app) => app.id === id) ?? no('40002', 'isv.invalid-app-id', '无效的AppID参数')
  )
}

export const wrongTime = (shop: Shop, ms: number | undefined): Refusal | undefined =>
  ms !== undefined && Math.abs(ms - shop.kit.now()) <= WINDOW_MS
    ? undefined
    : no('40002', 'isv.invalid-timestamp', '非法的时间戳参数')

/** Once in the window within which its time would pass. */
export function isNewNonce(shop: Shop, nonce: string): boolean {
  const now = shop.kit.now()
  for (const [known, until] of shop.nonces) if (until < now) shop.nonces.delete(known)
  if (shop.nonces.has(nonce)) return false
  shop.nonces.set(nonce, now + 2 * WINDOW_MS)
  return true
}

/** An app in certificate mode says which of its certificates and which roots it means; one in key mode has none. */
export function wrongCertificates(
  shop: Shop,
  app: App,
  certificateSn: string | undefined,
  rootSn: string | undefined,
): Refusal | undefined {
  if (app.certificate === undefined) return certificateSn || rootSn ? NOT_CONFIGURED : undefined
  if (!certificateSn) return no('40001', 'isv.missing-app-cert-sn', '缺少应用公钥证书序列号')
  if (!rootSn) return no('40001', 'isv.missing-alipay-root-cert-sn', '缺少支付宝根证书序列号')
  return certificateSn === app.certificate.sn && rootSn === shop.authority.roots.sn
    ? undefined
    : NOT_CONFIGURED
}

const NOT_CONFIGURED = no(
  '40003',
  'isv.missing-signature-config',
  '验签出错, 未配置对应签名算法的公钥或者证书',
)

export const BAD_SIGNATURE = no('40002', 'isv.invalid-signature', '无效签名')
export const BAD_JSON = no('40002', 'isv.illegal-json', '非法的JSON')

export function parseJson(unchecked: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(unchecked)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Json)
      : undefined
  } catch {
    return undefined
  }
}
