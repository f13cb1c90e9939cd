import { IconButton } from '~/kit/button.tsx'
import { useCopy } from '~/kit/copy-id.tsx'
import { useWords } from '~/words/words.ts'

interface Props {
  /** What it is, for who does not see it. */
  readonly label: string
  /** A value, or text as it came. */
  readonly value: unknown
}

const SPACES = 2

export function JsonView({ label, value }: Props) {
  const say = useWords('kit')
  const { copied, copy } = useCopy()
  const text = typeof value === 'string' ? value : JSON.stringify(value, null, SPACES)
  return (
    <div className="relative rounded-control border border-line bg-sunken">
      <section
        aria-label={label}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keys.
        tabIndex={0}
        className="max-h-96 overflow-auto p-3 pr-12"
      >
        <pre className="font-mono text-small leading-relaxed">{text}</pre>
      </section>
      <div className="absolute top-1 right-1">
        <IconButton
          size="small"
          icon={copied ? 'check' : 'copy'}
          label={copied ? say('copy.done') : say('copy.act')}
          onClick={() => void copy(text)}
        />
      </div>
    </div>
  )
}
