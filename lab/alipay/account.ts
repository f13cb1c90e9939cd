import type { Json } from '../kit/provider.ts'
import type { Mode } from './app.ts'
import { privatePem, publicPem } from './keys.ts'
import type { Shop } from './shop.ts'

/** What a merchant takes home from Alipay's console: certificates and public keys are settings, their own key is secret. */
export function accountOf(shop: Shop, mode: Mode, baseUrl: string): Json {
  const app = shop.apps.find((each) => each.mode === mode)
  return {
    channel: 'alipay',
    merchant: app?.id,
    livemode: false,
    settings: {
      app_id: app?.id,
      seller_id: shop.seller.id,
      gateway: baseUrl,
      ...(app?.certificate
        ? {
            app_cert: app.certificate.pem,
            alipay_cert: shop.alipay.certificate.pem,
            alipay_root_cert: shop.authority.roots.pem,
          }
        : { alipay_public_key: publicPem(shop.alipay.keys) }),
    },
    secrets: { private_key: app && privatePem(app.keys) },
  }
}
