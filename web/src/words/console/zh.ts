export const zh = {
  'overview.title': '概览',
}
