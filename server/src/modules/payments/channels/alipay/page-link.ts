import { type Ground, type Said, unknown, yes } from '../../channel.ts'
import { canonicalText } from './canonical.ts'
import { addressOf, type Fields } from './gateway.ts'
import { signerOf, signText } from './keys.ts'
import type { AlipayAccount } from './settings.ts'
import { shanghaiText } from './shanghai.ts'

/**
 * Where a browser goes to pay. Pages know the older protocol alone. A link rather than a form, as a form is rewritten by
 * the browser where a value holds an HTML entity, and its signature breaks.
 */
export function pageLink(
  ground: Ground,
  account: AlipayAccount,
  page: {
    readonly method: 'alipay.trade.page.pay' | 'alipay.trade.wap.pay'
    readonly content: Fields
    readonly notifyUrl: string
    readonly returnUrl: string
  },
): Said<string> {
  const signer = signerOf(account)
  const url = addressOf(account, '/gateway.do')
  if (!signer) return unknown('the key of the app cannot be read')
  if (!url) return unknown('the address of the gateway cannot be read')
  const fields = Object.entries({
    app_id: account.settings.app_id,
    method: page.method,
    format: 'JSON',
    charset: 'utf-8',
    sign_type: 'RSA2',
    timestamp: shanghaiText(ground.now()),
    version: '1.0',
    notify_url: page.notifyUrl,
    return_url: page.returnUrl,
    ...(signer.certificates && {
      app_cert_sn: signer.certificates.app,
      alipay_root_cert_sn: signer.certificates.root,
    }),
    biz_content: JSON.stringify(page.content),
  })
  for (const [name, value] of fields) url.searchParams.set(name, value)
  url.searchParams.set('sign', signText(signer.key, canonicalText(fields)))
  return yes(url.href)
}
