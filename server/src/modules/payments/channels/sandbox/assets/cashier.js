const acts = document.querySelector('.acts')
const said = document.querySelector('.said')

for (const button of acts.querySelectorAll('button')) {
  button.addEventListener('click', async () => {
    for (const other of acts.querySelectorAll('button')) other.disabled = true
    said.textContent = ''
    try {
      const answer = await fetch(`/cashier/${acts.dataset.trade}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ act: button.dataset.act }),
      })
      if (answer.ok) location.reload()
      else said.textContent = (await answer.json()).detail
    } catch {
      said.textContent = acts.dataset.offline
    }
    for (const other of acts.querySelectorAll('button')) other.disabled = false
  })
}
