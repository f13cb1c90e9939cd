export const zh = {
  'page.gone': '没有这个页面',
  'page.failed': '页面打不开',
}
