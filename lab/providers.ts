import { openAlipay } from './alipay/index.ts'
import type { OpenProvider } from './kit/provider.ts'
import { openPaypal } from './paypal/index.ts'
import { openSmtp } from './smtp/index.ts'
import { openStripe } from './stripe/index.ts'
import { openWechat } from './wechat/index.ts'
import { openWechatLogin } from './wechat-login/index.ts'

/** Every provider of the lab, and its port where the lab is started by hand; 7400 is the lab's own page. */
export const PROVIDERS: readonly {
  readonly name: string
  readonly open: OpenProvider
  readonly port: number
}[] = [
  { name: 'wechat', open: openWechat, port: 7401 },
  { name: 'wechat-login', open: openWechatLogin, port: 7402 },
  { name: 'alipay', open: (kit) => openAlipay(kit), port: 7403 },
  { name: 'stripe', open: openStripe, port: 7404 },
  { name: 'paypal', open: openPaypal, port: 7405 },
  { name: 'smtp', open: openSmtp, port: 7406 },
]
