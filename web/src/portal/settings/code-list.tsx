import { Button } from '~/kit/button.tsx'
import { useCopy } from '~/kit/copy-id.tsx'
import { useWords } from '~/words/words.ts'

/** Backup codes while they can be seen, to be written down. */
export function CodeList({ codes }: { readonly codes: readonly string[] }) {
  const say = useWords('settings')
  const { copied, copy } = useCopy()
  return (
    <>
      <ul className="grid grid-cols-2 gap-x-6 gap-y-1 rounded-control bg-sunken p-4 font-mono">
        {codes.map((one) => (
          <li key={one}>{one}</li>
        ))}
      </ul>
      <div>
        <Button
          size="small"
          icon={copied ? 'check' : 'copy'}
          onClick={() => void copy(codes.join('\n'))}
        >
          {copied ? say('guard.backup_copied') : say('guard.backup_copy')}
        </Button>
      </div>
    </>
  )
}
