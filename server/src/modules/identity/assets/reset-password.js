// The one page that needs a hand before the portal exists: sends the form as JSON and says what came of it.
const form = document.querySelector('form')
const said = document.querySelector('.said')
const button = document.querySelector('button')

form.addEventListener('submit', async (event) => {
  event.preventDefault()
  button.disabled = true
  said.className = 'said'
  said.textContent = ''
  try {
    const answer = await fetch('/api/v1/auth/reset-password', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'accept-language': document.documentElement.lang,
      },
      body: JSON.stringify({
        token: new URLSearchParams(location.search).get('token') ?? '',
        new_password: form.elements.password.value,
      }),
    })
    if (answer.ok) {
      document.querySelector('.ask').hidden = true
      document.querySelector('.done').hidden = false
      return
    }
    const problem = await answer.json()
    said.textContent = [problem.detail, problem.hint].filter(Boolean).join(' ')
  } catch {
    said.textContent = form.dataset.offline
  }
  said.className = 'said bad'
  button.disabled = false
})
