export const zh = {
  'balance.label': '可用积分',
  'home.title': '首页',
  name: '通宝',
  'nav.home': '首页',
}
