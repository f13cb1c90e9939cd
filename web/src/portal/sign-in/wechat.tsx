import { useMutation } from '@tanstack/react-query'
import { api } from '~/app/api.ts'
import { Button } from '~/kit/button.tsx'
import { Note, ProblemNote } from '~/kit/notes.tsx'
import { type Key, useLanguage, useWords } from '~/words/words.ts'

/** WeChat shows its code on a page of its own and allows nobody to show it elsewhere; it leads back here. */
function useWechat(returnTo: string | undefined) {
  const locale = useLanguage()
  return useMutation({
    mutationFn: () =>
      api.post('/api/v1/auth/wechat/start', { body: { return_to: returnTo ?? '/', locale } }),
    onSuccess: ({ url }) => location.assign(url),
  })
}

interface Props {
  readonly returnTo: string | undefined
}

export function WechatButton({ returnTo }: Props) {
  const say = useWords('sign-in')
  const start = useWechat(returnTo)
  return (
    <div className="mt-6 grid gap-3">
      <p className="flex items-center gap-3 text-small text-soft before:flex-1 before:border-t before:border-line after:flex-1 after:border-t after:border-line">
        {say('or')}
      </p>
      {start.error && <ProblemNote error={start.error} />}
      <Button wide busy={start.isPending || start.isSuccess} onClick={() => start.mutate()}>
        <Bubbles />
        {say(start.isPending || start.isSuccess ? 'wechat.going' : 'wechat.act')}
      </Button>
    </div>
  )
}

/** The problems that the way through WeChat can end in; another word in the address says nothing. */
const PROBLEMS: Readonly<Record<string, Key<'sign-in'>>> = {
  banned: 'wechat.problem.banned',
  wechat_bound: 'wechat.problem.bound',
  wechat_denied: 'wechat.problem.denied',
  wechat_expired: 'wechat.problem.expired',
  wechat_other_person: 'wechat.problem.other_person',
  wechat_refused: 'wechat.problem.refused',
  wechat_taken: 'wechat.problem.taken',
  wechat_unavailable: 'wechat.problem.unavailable',
}
/** With these a new code helps. */
const AGAIN = new Set(['wechat_denied', 'wechat_expired', 'wechat_refused', 'wechat_unavailable'])

export function WechatNotice({ problem, returnTo }: Props & { readonly problem: string }) {
  const say = useWords('sign-in')
  const start = useWechat(returnTo)
  const word = Object.hasOwn(PROBLEMS, problem) ? PROBLEMS[problem] : undefined
  if (word === undefined) return null
  return (
    <div className="mb-6">
      <Note
        tone={problem === 'banned' ? 'bad' : 'warn'}
        title={say(word)}
        acts={
          AGAIN.has(problem) && (
            <Button
              size="small"
              icon="refresh"
              busy={start.isPending || start.isSuccess}
              onClick={() => start.mutate()}
            >
              {say('wechat.again')}
            </Button>
          )
        }
      />
    </div>
  )
}

function Bubbles() {
  return (
    <svg viewBox="0 0 24 24" aria-hidden="true" className="size-6 text-wechat">
      <path
        fill="currentColor"
        d="M9.2 3.5C5 3.5 1.6 6.3 1.6 9.8c0 2 1.1 3.7 2.8 4.9l-.7 2.2 2.5-1.3c.9.3 1.9.4 3 .4h.6a5.5 5.5 0 0 1-.2-1.5c0-3.3 3-5.9 6.7-5.9h.5C16 5.6 12.9 3.5 9.2 3.5ZM6.7 6.8a1 1 0 1 1 0 2 1 1 0 0 1 0-2Zm5 0a1 1 0 1 1 0 2 1 1 0 0 1 0-2Zm4.6 3c-3.4 0-6.1 2.2-6.1 5s2.7 5 6.1 5c.8 0 1.6-.1 2.3-.3l2 1-.5-1.8c1.4-.9 2.3-2.3 2.3-3.9 0-2.8-2.7-5-6.1-5Zm-2 2.6a.8.8 0 1 1 0 1.6.8.8 0 0 1 0-1.6Zm4 0a.8.8 0 1 1 0 1.6.8.8 0 0 1 0-1.6Z"
      />
    </svg>
  )
}
