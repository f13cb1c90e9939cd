import { lookZh } from './look-zh.ts'
import { navZh } from './nav-zh.ts'
import { ordersZh } from './orders-zh.ts'
import { peopleZh } from './people-zh.ts'
import { shopZh } from './shop-zh.ts'
import { termsZh } from './terms-zh.ts'
import { watchZh } from './watch-zh.ts'

// Relative, because the build reads this file with Node, which knows no alias.
export const zh = {
  ...lookZh,
  ...navZh,
  ...ordersZh,
  ...peopleZh,
  ...shopZh,
  ...termsZh,
  ...watchZh,
  'closed.act': '回到通宝',
  'closed.more': '此处仅供工作人员使用。如果你应当有权限，请联系管理员。',
  'closed.title': '没有进入控制台的权限',
  'group.house': '总览',
  name: '通宝控制台',
  'nav.open': '打开导航',
  'nav.overview': '概览',
  'palette.count': '{count, plural, =0 {没有找到} other {找到 # 项}}',
  'palette.found': '搜索结果',
  'palette.hint': '页面、姓名、邮箱、订单号…',
  'palette.looking': '正在查找用户和订单…',
  'palette.open': '搜索或跳转',
  'stripe.development': '开发环境：这里的一切都不是真的',
  'stripe.sandbox': '沙箱已开启：沙箱支付不涉及真实资金',
}
