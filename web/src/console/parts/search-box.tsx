import { useEffect, useState } from 'react'
import { Button } from '~/kit/button.tsx'
import { Input } from '~/kit/field.tsx'
import { Icon } from '~/kit/icons.tsx'
import { useWords } from '~/words/words.ts'

interface Props {
  readonly label: string
  readonly placeholder?: string
  readonly hint?: string
  /** From the address. */
  readonly value: string
  readonly onSearch: (text: string | undefined) => void
}

/** Searches when it is sent, not while somebody types: each search leaves a line in the trail. */
export function SearchBox({ label, placeholder, hint, value, onSearch }: Props) {
  const say = useWords('console')
  const [text, setText] = useState(value)
  useEffect(() => setText(value), [value])
  return (
    <search>
      <form
        className="flex w-full items-start gap-2"
        onSubmit={(event) => {
          event.preventDefault()
          onSearch(text.trim() === '' ? undefined : text.trim())
        }}
      >
        <div className="min-w-0 flex-1">
          <Input
            label={label}
            hideLabel
            type="search"
            {...(hint !== undefined && { hint })}
            {...(placeholder !== undefined && { placeholder })}
            value={text}
            before={<Icon name="search" className="size-4" />}
            maxLength={128}
            onChange={(event) => setText(event.target.value)}
          />
        </div>
        <Button type="submit">{say('search.act')}</Button>
      </form>
    </search>
  )
}
