// The plain sign-in page: sends its forms as JSON, leads to WeChat's QR code, and says who is in.
const part = (name) => document.querySelector(`.${name}`)
const said = part('said')
const { lang } = document.documentElement
const returnTo = new URLSearchParams(location.search).get('return_to') ?? undefined

const show = (name) => {
  for (const one of ['ask', 'code', 'in']) part(one).hidden = one !== name
  part(name).querySelector('input')?.focus()
}

/** What came of it, or undefined after telling why not. */
const send = async (button, path, body) => {
  button.disabled = true
  said.className = 'said'
  said.textContent = ''
  try {
    const answer = await fetch(`/api/v1/auth/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'accept-language': lang },
      body: JSON.stringify(body),
    })
    if (answer.status === 204) return {}
    const told = await answer.json()
    if (answer.ok) return told
    said.textContent = [told.detail, told.hint].filter(Boolean).join(lang === 'en' ? ' ' : '')
  } catch {
    said.textContent = said.dataset.offline
  } finally {
    button.disabled = false
  }
  said.className = 'said bad'
  return undefined
}

const whoIsIn = async () => {
  const answer = await fetch('/api/v1/sessions/me').catch(() => undefined)
  if (!answer?.ok) return
  const { user } = await answer.json()
  part('who').textContent = user.email === null ? user.name : `${user.name} · ${user.email}`
  show('in')
}

const goOn = async ({ second_factor_needed: codeNeeded }) => {
  part('notice')?.remove()
  if (codeNeeded) show('code')
  else if (returnTo) location.assign(returnTo)
  else await whoIsIn()
}

const onSubmit = (name, ask) => {
  const form = part(name).querySelector('form')
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    const told = await ask(form.elements, form.querySelector('button'))
    if (told) await goOn(told)
  })
}

onSubmit('ask', ({ email, password }, button) =>
  send(button, 'sign-in/email', { email: email.value, password: password.value }),
)
onSubmit('code', ({ code }, button) => {
  const text = code.value.trim()
  const kind = /^\d{6}$/.test(text) ? 'totp' : 'backup'
  return send(button, 'two-factor/verify', { code: text, kind })
})

part('wechat')?.addEventListener('click', async ({ currentTarget }) => {
  const wish = { locale: lang, ...(returnTo && { return_to: returnTo }) }
  const begun = await send(currentTarget, 'wechat/start', wish)
  if (begun) location.assign(begun.url)
})

part('out').addEventListener('click', async ({ currentTarget }) => {
  if (await send(currentTarget, 'sign-out', {})) location.assign(`/sign-in?lang=${lang}`)
})

if (part('code').hidden) await whoIsIn()
