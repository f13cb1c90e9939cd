import { Link, Outlet } from '@tanstack/react-router'
import { THEMES, useTheme } from '~/app/theme.ts'
import { Segments } from '~/kit/choice.tsx'
import { Icon } from '~/kit/icons.tsx'
import { Mark } from '~/kit/mark.tsx'
import { useChoices } from '~/shell/person.ts'
import { MAIN, SkipLink } from '~/shell/skip-link.tsx'
import { ConnectionStrip } from '~/shell/strip.tsx'
import { LANGUAGES, useLanguage, useWords } from '~/words/words.ts'

const PICTURES = { system: 'screen', light: 'sun', dark: 'moon' } as const

/** Around the pages of whoever is not in yet. */
export function SignInFrame() {
  const say = useWords('sign-in')
  return (
    <div className="flex min-h-dvh flex-col">
      <SkipLink />
      <ConnectionStrip />
      <header className="flex flex-wrap items-center justify-between gap-3 px-4 py-4 sm:px-8">
        <Link to="/sign-in" className="flex min-h-11 items-center gap-2.5 text-bronze">
          <Mark className="size-8" />
          <span className="text-lead font-semibold">{say('name')}</span>
        </Link>
        <LanguageChoice />
      </header>
      <main
        id={MAIN}
        tabIndex={-1}
        className="grid flex-1 place-items-center px-4 py-6 outline-none"
      >
        <div className="w-full max-w-md rounded-card border border-line bg-card p-5 sm:p-8">
          <Outlet />
        </div>
      </main>
      <footer className="flex justify-center px-4 py-6">
        <ThemeChoice />
      </footer>
    </div>
  )
}

function LanguageChoice() {
  const shell = useWords('shell')
  const language = useLanguage()
  const { setLanguage } = useChoices()
  return (
    <Segments
      label={shell('menu.language')}
      value={language}
      onChange={(one) => void setLanguage(one)}
      options={LANGUAGES.map((one) => ({ value: one, label: shell(`language.${one}`) }))}
    />
  )
}

function ThemeChoice() {
  const shell = useWords('shell')
  const theme = useTheme()
  const { setTheme } = useChoices()
  return (
    <Segments
      label={shell('menu.theme')}
      value={theme}
      onChange={setTheme}
      options={THEMES.map((one) => ({
        value: one,
        label: (
          <>
            <Icon name={PICTURES[one]} className="size-4" />
            {shell(`theme.${one}`)}
          </>
        ),
      }))}
    />
  )
}
