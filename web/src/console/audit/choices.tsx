import { useTerm, useWordsOf } from '~/console/parts/term.ts'
import { useLanguage, useWords } from '~/words/words.ts'

/** What can be chosen of the acts, under the part of the house that notes them. */
export function useActs(chosen: string | undefined) {
  const say = useWords('console')
  const term = useTerm()
  const byName = useByName()
  const acts = useWordsOf('act').filter((one) => one.includes('.'))
  const parts = [...new Set(acts.map(partOf))]
  return {
    options: [{ value: '', label: say('all') }, ...unknown(chosen, acts)],
    groups: byName(parts.map((part) => ({ value: part, label: term('acts', part) }))).map(
      ({ value: part, label }) => ({
        label,
        options: byName(
          acts
            .filter((one) => partOf(one) === part)
            .map((value) => ({ value, label: term('act', value) })),
        ),
      }),
    ),
  }
}

/** What kinds of things something is done to. */
export function useTargets(chosen: string | undefined) {
  const say = useWords('console')
  const term = useTerm()
  const byName = useByName()
  const kinds = useWordsOf('target')
  const known = byName(kinds.map((value) => ({ value, label: term('target', value) })))
  return [{ value: '', label: say('all') }, ...known, ...unknown(chosen, kinds)]
}

const partOf = (act: string): string => act.split('.')[0] ?? act

/** What an address asks for stays chosen, though it has no name. */
const unknown = (chosen: string | undefined, known: readonly string[]) =>
  chosen === undefined || known.includes(chosen) ? [] : [{ value: chosen, label: chosen }]

function useByName() {
  const { compare } = new Intl.Collator(useLanguage())
  return <Named extends { readonly label: string }>(list: readonly Named[]): Named[] =>
    [...list].sort((a, b) => compare(a.label, b.label))
}
