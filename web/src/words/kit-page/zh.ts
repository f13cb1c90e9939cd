export const zh = {
  title: '组件',
}
