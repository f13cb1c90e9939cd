import { type Answer, isMade, type Made, refuse } from './answer.ts'

const ID_LETTERS_MAX = 108

interface Kept {
  readonly words: string
  /** None while the first request is at work. */
  made?: Made
}

export type Once = (
  asked: { readonly id: string; readonly path: string; readonly words: string },
  work: () => Promise<Answer | Made>,
) => Promise<Answer | Made>

/**
 * One request id makes one thing at one address. Who repeats it gets 200 and the thing as it is by then; what was
 * refused may be tried again. That other words under the same id are refused is stricter than PayPal, which may answer
 * with the first thing: a caller who does that is wrong either way.
 */
export function openOnce(): Once {
  const kept = new Map<string, Kept>()
  return async ({ id, path, words }, work) => {
    if (id === '' || id.length > ID_LETTERS_MAX)
      return refuse(400, [
        { issue: 'INVALID_HEADER', description: 'PayPal-Request-Id has 1 to 108 letters.' },
      ])
    const name = `${path} ${id}`
    const before = kept.get(name)
    if (before) return repeated(before, words)
    const mine: Kept = { words }
    kept.set(name, mine)
    const said = await work()
    if (isMade(said)) mine.made = said
    else kept.delete(name)
    return said
  }
}

function repeated({ words, made }: Kept, again: string): Answer | Made {
  if (words !== again)
    return refuse(422, [
      {
        issue: 'PAYPAL_REQUEST_ID_PREVIOUSLY_USED',
        description: 'The PayPal-Request-ID has already been used for another request.',
      },
    ])
  return made
    ? { ...made, status: 200 }
    : refuse(409, [
        {
          issue: 'PREVIOUS_REQUEST_IN_PROGRESS',
          description:
            'A previous request on this resource is currently in progress. Please wait for sometime and try again.',
        },
      ])
}
