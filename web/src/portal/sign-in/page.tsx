import { useWords } from '~/words/words.ts'

export function SignInPage() {
  const say = useWords('portal')
  return (
    <main className="grid min-h-dvh place-items-center p-4">
      <h1 className="text-title font-semibold">{say('sign_in.title')}</h1>
    </main>
  )
}
