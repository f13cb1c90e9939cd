import { lazyRouteComponent } from '@tanstack/react-router'
import { UnreachableError } from '@tongbao/sdk'
import { Problem } from '~/app/problem.ts'
import { type Area, loadWords } from '~/words/words.ts'

const ANSWER_MS_MAX = 5_000

/** A page that is loaded when it is opened, and its words with it. */
export const page = <Part extends object, Name extends keyof Part>(
  load: () => Promise<Part>,
  name: Name,
  ...areas: readonly Area[]
) =>
  lazyRouteComponent(async () => {
    try {
      const [part] = await Promise.all([load(), ...areas.map((area) => loadWords(area))])
      return part
    } catch (error) {
      await mustAnswer()
      // A newer version is out, in which this file has another name: the router loads the window anew.
      throw error
    }
  }, name)

/** Asks for what loading the window anew would; where that does not come, the window is all that there is. */
async function mustAnswer(): Promise<void> {
  const asked = { method: 'HEAD', cache: 'no-store' } as const
  const answer = await fetch(location.href, {
    ...asked,
    signal: AbortSignal.timeout(ANSWER_MS_MAX),
  }).catch((cause: unknown) => {
    throw new UnreachableError(cause)
  })
  const { status, statusText } = answer
  if (status >= 500) throw new Problem({ code: 'unavailable', status, detail: statusText })
}
