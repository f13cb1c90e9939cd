import { lazyRouteComponent } from '@tanstack/react-router'
import { UnreachableError } from '@tongbao/sdk'
import { Problem } from '~/app/problem.ts'
import { type Area, loadWords } from '~/words/words.ts'

const ANSWER_MS_MAX = 5_000
const GONE = 'tongbao.gone.'

/** A page that is loaded when it is opened, and its words with it. */
export const page = <Part extends object, Name extends keyof Part & string>(
  load: () => Promise<Part>,
  name: Name,
  ...areas: readonly Area[]
) =>
  lazyRouteComponent(async () => {
    try {
      const [part] = await Promise.all([load(), ...areas.map((area) => loadWords(area))])
      loaded(name)
      return part
    } catch (error) {
      await mustAnswer()
      // By another name than the browser's: the router would load the window anew, too, and show the error meanwhile.
      if (!mayLoadAnew(name)) throw new Error('the file of a page is missing', { cause: error })
      // A newer version is out, in which this file has another name; until the window is another one, nothing is shown.
      location.reload()
      return await new Promise<never>(() => {})
    }
  }, name)

/** Remembers in this tab that the window was loaded anew for a page; false where it remembers so already, or cannot. */
function mayLoadAnew(name: string): boolean {
  try {
    if (sessionStorage.getItem(GONE + name) !== null) return false
    sessionStorage.setItem(GONE + name, '')
    return true
  } catch {
    return false
  }
}

function loaded(name: string): void {
  try {
    sessionStorage.removeItem(GONE + name)
  } catch {
    // Nothing was kept.
  }
}

/** Asks for what loading the window anew would; where that does not come, the window is all that there is. */
async function mustAnswer(): Promise<void> {
  const asked = { method: 'HEAD', cache: 'no-store', headers: { accept: 'text/html' } } as const
  const answer = await fetch(location.href, {
    ...asked,
    signal: AbortSignal.timeout(ANSWER_MS_MAX),
  }).catch((cause: unknown) => {
    throw new UnreachableError(cause)
  })
  const { status, statusText } = answer
  if (status >= 500) throw new Problem({ code: 'unavailable', status, detail: statusText })
}
