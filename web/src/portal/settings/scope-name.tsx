import type { Body } from '@tongbao/sdk'
import { useWords } from '~/words/words.ts'

type Scope = NonNullable<Body<'create_api_key'>['scopes']>[number]

/** What a key may do, and the code of it that an app's maker reads in the docs. */
export function ScopeName({ scope }: { readonly scope: string }) {
  const say = useWords('settings')
  // A scope of the server's that has no name does not compile; one of a newer server is shown as it is.
  const key = `scope.${scope as Scope}` as const
  const name = say(key)
  const code = <span className="font-mono text-tiny font-normal text-soft">{scope}</span>
  if (name === `settings:${key}`) return code
  return (
    <span className="inline-flex flex-wrap items-baseline gap-x-2">
      {name}
      {code}
    </span>
  )
}
