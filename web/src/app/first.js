// Before the first picture: the theme and the language that were chosen, else what the browser asks for.
;(() => {
  const root = document.documentElement
  const kept = (name) => {
    try {
      return localStorage.getItem(`tongbao.${name}`)
    } catch {
      return null // a browser that keeps nothing
    }
  }
  const theme = kept('theme')
  const dark = matchMedia('(prefers-color-scheme: dark)').matches
  root.dataset.theme = theme === 'light' || theme === 'dark' ? theme : dark ? 'dark' : 'light'
  const asked = new URLSearchParams(location.search).get('lang')
  const wanted = [asked, kept('language'), ...navigator.languages]
  const first = wanted.find((one) => /^(?:zh|en)\b/i.test(one ?? ''))
  root.lang = /^zh/i.test(first ?? '') ? 'zh-CN' : 'en'
})()
