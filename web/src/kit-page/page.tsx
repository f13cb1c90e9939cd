import { type ReactNode, useState } from 'react'
import { THEMES, useTheme } from '~/app/theme.ts'
import { Segments } from '~/kit/choice.tsx'
import { Mark } from '~/kit/mark.tsx'
import { PageHeader } from '~/kit/page-header.tsx'
import { Tabs } from '~/kit/tabs.tsx'
import { Toasts } from '~/kit/toast.tsx'
import { Basics } from '~/kit-page/basics.tsx'
import { Blocks } from '~/kit-page/blocks.tsx'
import { Figures } from '~/kit-page/figures.tsx'
import { useChoices } from '~/shell/person.ts'
import { LANGUAGES, useLanguage, useWords } from '~/words/words.ts'

const PARTS = ['basics', 'blocks', 'figures'] as const
type Part = (typeof PARTS)[number]

const PANELS: Readonly<Record<Part, ReactNode>> = {
  basics: <Basics />,
  blocks: <Blocks />,
  figures: <Figures />,
}

const partNow = (): Part => PARTS.find((one) => location.search.includes(one)) ?? 'basics'

/** Every component in every state, for whoever builds with them. */
export function KitPage() {
  const say = useWords('kit-page')
  const shell = useWords('shell')
  const [part, setPart] = useState(partNow)
  const theme = useTheme()
  const language = useLanguage()
  const { setLanguage, setTheme } = useChoices()
  return (
    <main className="mx-auto w-full max-w-5xl px-4 py-6 sm:px-8">
      <PageHeader
        title={say('title')}
        more={say('more')}
        above={<Mark className="size-9 text-bronze" />}
        acts={
          <>
            <Segments
              label={shell('menu.theme')}
              value={theme}
              onChange={setTheme}
              options={THEMES.map((one) => ({ value: one, label: shell(`theme.${one}`) }))}
            />
            <Segments
              label={shell('menu.language')}
              value={language}
              onChange={(one) => void setLanguage(one)}
              options={LANGUAGES.map((one) => ({ value: one, label: shell(`language.${one}`) }))}
            />
          </>
        }
      />
      <Tabs
        label={say('title')}
        value={part}
        onChange={(next) => {
          setPart(next)
          history.replaceState(null, '', `?part=${next}`)
        }}
        tabs={PARTS.map((one) => ({ value: one, label: say(`part.${one}`), panel: PANELS[one] }))}
      />
      <Toasts />
    </main>
  )
}
