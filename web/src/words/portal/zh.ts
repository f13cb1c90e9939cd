export const zh = {
  'home.title': '首页',
  'sign_in.title': '登录',
}
