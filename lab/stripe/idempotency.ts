import { type Answer, type Fault, invalid, refuse } from './answer.ts'

const KEY_LETTERS_MAX = 255

/** A POST as its key sees it. */
interface Keyed {
  readonly key: string
  readonly path: string
  /** What was asked, in one spelling. */
  readonly words: string
  readonly requestId: string
}

interface Kept extends Keyed {
  /** None while the first request is at work. */
  answer?: Answer
}

export interface Once {
  readonly answer: Answer
  /** The request that did it, where this one only heard of it. */
  readonly replayed?: string
}

export type Keys = (keyed: Keyed, work: () => Promise<Answer>) => Promise<Once>

/**
 * Work is done once for a key, whoever repeats it. Stripe forgets a key after a day at the earliest; here none is
 * forgotten.
 */
export function openKeys(): Keys {
  const kept = new Map<string, Kept>()
  return async (keyed, work) => {
    const before = kept.get(keyed.key)
    const fault = before ? clash(before, keyed) : keyFault(keyed.key)
    if (fault) return { answer: refuse(fault) }
    if (before?.answer) return { answer: before.answer, replayed: before.requestId }
    const mine: Kept = { ...keyed }
    kept.set(keyed.key, mine)
    const answer = await work()
    // What was refused before it began may be asked again under the same key, put right.
    if (answer.began) mine.answer = spoken(answer)
    else kept.delete(keyed.key)
    return { answer }
  }
}

// As it was said then: the objects in the books live on.
const spoken = (answer: Answer): Answer => ({
  ...answer,
  body: JSON.parse(JSON.stringify(answer.body)),
})

function clash(before: Kept, { key, path, words }: Keyed): Fault | undefined {
  const another = before.path !== path ? 'endpoint' : before.words !== words ? 'parameters' : ''
  if (another !== '')
    return invalid(
      `Keys for idempotent requests can only be used with the same ${another}. Try using a key other than '${key}'.`,
      { type: 'idempotency_error' },
    )
  return before.answer
    ? undefined
    : invalid(`There is currently another in-progress request using this Idempotent Key: ${key}.`, {
        status: 409,
        code: 'idempotency_key_in_use',
      })
}

const keyFault = (key: string): Fault | undefined =>
  key.length > 0 && key.length <= KEY_LETTERS_MAX
    ? undefined
    : invalid('An idempotency key has 1 to 255 letters.')
