import type { Delivery } from './deliveries.ts'
import type { Lab } from './open-lab.ts'
import { FAULTS, type Json, type Waiting } from './provider.ts'

const DELIVERIES_SHOWN = 30

/** The lab's own page, to which its buttons lead back. */
export const HOME = '/__lab'

/** The lab at one glance: providers, what waits for somebody, the menu of faults, what was delivered. */
export function labPage(
  lab: Omit<Lab, 'page' | 'close'>,
  waitingAt: (provider: string) => readonly Waiting[],
): string {
  const latest = lab.deliveries().slice(-DELIVERIES_SHOWN).reverse()
  const waiting = lab.names.flatMap((name) => waitingAt(name).map((one) => waitingRow(name, one)))
  return pageOf(
    'Payment lab',
    `<h2>Waits for somebody</h2>
${tableOf('waiting', waiting) ?? '<p class="none">Nothing. What your app asks to be paid appears here.</p>'}
<h2>Delivered</h2>
${tableOf('delivered', latest.map(deliveryRow)) ?? '<p class="none">Nothing yet.</p>'}
<h2>What goes wrong</h2>
${faultList(lab)}
${faultForm(lab.names)}
<h2>Providers</h2>
${tableOf(
  'providers',
  lab.names.map(
    (name) => `<tr><th>${safe(name)}</th><td><code>${safe(lab.url(name))}</code></td></tr>`,
  ),
)}
<p><a href="/__lab/accounts">Accounts</a> · <a href="/__lab/books">Books</a> ·
<a href="/__lab/deliveries">Deliveries</a></p>`,
  )
}

const tableOf = (name: string, rows: readonly string[]): string | undefined =>
  rows.length === 0 ? undefined : `<table class="${name}">${rows.join('\n')}</table>`

function waitingRow(provider: string, { what, buttons }: Waiting): string {
  const forms = buttons.map(({ control, input, words = control.replaceAll('_', ' ') }) =>
    button(`/__lab/${provider}/${control}`, words, { input: JSON.stringify(input), next: HOME }),
  )
  return `<tr><th>${safe(provider)}</th><td>${safe(what)}</td>
<td class="buttons">${forms.join(' ')}</td></tr>`
}

const deliveryRow = ({ n, provider, url, state, attempts }: Delivery): string => `<tr>
<th>${safe(provider)} <small>${n}</small></th><td>${safe(url)}<br>
<span class="${state}">${state.replace('_', ' ')}</span>: ${safe(counted(attempts))}</td>
<td class="buttons">${button(`/__lab/deliveries/${n}/replay`, 'again')}</td></tr>`

/** `genuine 500, replayed 204 ×50`. */
function counted(attempts: Delivery['attempts']): string {
  const counts = new Map<string, number>()
  for (const { kind, status, why } of attempts) {
    const said = `${kind} ${status ?? why ?? ''}`.trim()
    counts.set(said, (counts.get(said) ?? 0) + 1)
  }
  return [...counts].map(([said, times]) => (times > 1 ? `${said} ×${times}` : said)).join(', ')
}

function faultList(lab: Pick<Lab, 'faults'>): string {
  const items = lab.faults().map((ask) => `<li><code>${safe(JSON.stringify(ask))}</code></li>`)
  if (items.length === 0) return '<p class="none">Nothing is asked for.</p>'
  return `<ul>${items.join('')}</ul><p>${button('/__lab/faults', 'clear', { fault: 'none' })}</p>`
}

const faultForm = (names: readonly string[]): string => `<form method="post" action="/__lab/faults"
class="fields">
<label>Provider<select name="provider"><option value="">all</option>${options(names)}</select></label>
<label>Fault<select name="fault">${options(FAULTS)}</select></label>
<label>Times<input name="times" type="number" min="1" placeholder="1"></label>
<label>Share<input name="share" type="number" min="0" max="1" step="0.01" placeholder="0.2"></label>
<label>Milliseconds<input name="ms" type="number" placeholder="500"></label>
<button>ask for it</button></form>`

const options = (names: readonly string[]): string =>
  names.map((name) => `<option>${safe(name)}</option>`).join('')

/** A button that posts `fields`; `next` among them is where the browser goes afterwards. */
export const button = (
  action: string,
  label: string,
  fields: Readonly<Record<string, string>> = {},
): string =>
  `<form method="post" action="${safe(action)}">${Object.entries(fields)
    .map(([name, value]) => `<input type="hidden" name="${safe(name)}" value="${safe(value)}">`)
    .join('')}<button>${safe(label)}</button></form>`

/** What cannot be, said to whoever pressed the button for it. */
export const noPage = (why: string): string =>
  pageOf('That cannot be', `<p>${safe(why)}</p><p><a href="${HOME}">Back to the lab</a></p>`)

/** A whole page; `body` is HTML already. */
export const pageOf = (title: string, body: string): string => `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${safe(title)}</title>
<style>${STYLE}</style>
<h1>${safe(title)}</h1>
${body}
</html>
`

/** On a narrow page each row is a block of its own, and nothing is scrolled sideways. */
const STYLE = `
:root { color-scheme: light dark; --line: #8884; --quiet: #888; --good: #18794e; --bad: #c62a2f }
@media (prefers-color-scheme: dark) { :root { --good: #3dd68c; --bad: #ff9592 } }
* { box-sizing: border-box }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.5rem; margin: 0 0 1.5rem }
h2 { font-size: 1.05rem; margin: 2rem 0 .5rem }
table { border-collapse: collapse; width: 100%; border-top: 1px solid var(--line) }
tr { border-bottom: 1px solid var(--line) }
th, td { text-align: left; vertical-align: baseline; padding: .45rem .75rem .45rem 0 }
th { font-weight: 600; width: 8rem }
td { overflow-wrap: anywhere }
.buttons { width: 26rem; padding-right: 0 }
.delivered .buttons { width: 5rem }
code { font-size: .9em }
form { display: inline-block }
button, select, input { font: inherit; padding: .2rem .6rem; border: 1px solid var(--line); border-radius: .35rem }
button { cursor: pointer; margin: .1rem .15rem .1rem 0 }
small { font-weight: 400; color: var(--quiet) }
.fields { display: flex; flex-wrap: wrap; gap: .6rem; align-items: end }
.fields label { display: grid; font-size: .85rem; color: var(--quiet); flex: 1 1 7rem }
.fields label :is(select, input) { width: 100%; height: 2.1rem; font-size: .95rem }
.fields button { height: 2.1rem; margin: 0 }
.none { color: var(--quiet) }
.acknowledged { color: var(--good) }
.given_up { color: var(--bad) }
@media (max-width: 40rem) {
  body { margin-top: 1rem }
  tr, th, td, .buttons, .delivered .buttons { display: block; width: auto; padding: 0 }
  tr { padding: .6rem 0 }
  .buttons { margin-top: .3rem }
}
`

const ESCAPES: Json = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

export const safe = (text: string): string =>
  text.replace(/[&<>"']/g, (letter) => String(ESCAPES[letter]))
