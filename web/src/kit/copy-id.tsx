import { useEffect, useState } from 'react'
import { Icon } from '~/kit/icons.tsx'
import { useWords } from '~/words/words.ts'

const SAID_MS = 2_000

interface Props {
  readonly text: string
  /** Shown instead: a short form, a name. */
  readonly shown?: string
  /** On as many lines as it takes, for what somebody may have to read out or type. */
  readonly whole?: boolean
}

/** An id in figures of one width, copied at a press. */
export function CopyId({ text, shown = text, whole = false }: Props) {
  const say = useWords('kit')
  const { copied, copy } = useCopy()
  return (
    <button
      type="button"
      onClick={() => void copy(text)}
      title={copied ? say('copy.done') : say('copy.act')}
      className="-mx-1 inline-flex min-h-6 max-w-[calc(100%+0.5rem)] items-center gap-1.5 rounded-[6px] px-1 text-left font-mono text-small text-soft hover:bg-sunken hover:text-ink"
    >
      <span className={whole ? 'break-all' : 'truncate'}>{shown}</span>
      <Icon name={copied ? 'check' : 'copy'} className="size-3.5" />
      <span className="sr-only" aria-live="polite">
        {copied ? say('copy.done') : say('copy.act')}
      </span>
    </button>
  )
}

export function useCopy(): {
  readonly copied: boolean
  readonly copy: (text: string) => Promise<void>
} {
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), SAID_MS)
    return () => clearTimeout(timer)
  }, [copied])
  return {
    copied,
    copy: async (text) => setCopied(await copyText(text)),
  }
}

/** Over plain http a browser has no clipboard for us; what is selected can be copied all the same. */
async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    const area = document.createElement('textarea')
    area.value = text
    document.body.append(area)
    area.select()
    const done = document.execCommand('copy')
    area.remove()
    return done
  }
}
