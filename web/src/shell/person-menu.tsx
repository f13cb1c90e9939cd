import type { ReactNode } from 'react'
import type { Me } from '~/app/queries.ts'
import { THEMES, useTheme } from '~/app/theme.ts'
import { Menu, MenuChoice, MenuItem, MenuLine } from '~/kit/menu.tsx'
import { signOut, useChoices } from '~/shell/person.ts'
import { PersonButton } from '~/shell/person-button.tsx'
import { LANGUAGES, useLanguage, useWords } from '~/words/words.ts'

const PICTURES = { system: 'screen', light: 'sun', dark: 'moon' } as const

interface Props {
  readonly me: Me
  /** Links of the area, above the choices. */
  readonly children?: ReactNode
}

/** Loaded when somebody wants it: see `PersonButton`. */
export function PersonMenu({ me, children }: Props) {
  const say = useWords('shell')
  return (
    <Menu defaultOpen trigger={<PersonButton name={me.user.name} />}>
      <div className="px-3 pt-2 pb-1">
        <p className="truncate font-semibold">{me.user.name}</p>
        {me.user.email !== null && <p className="truncate text-small text-soft">{me.user.email}</p>}
      </div>
      <MenuLine />
      {children}
      {children !== undefined && <MenuLine />}
      <Choices />
      <MenuLine />
      <MenuItem icon="out" onSelect={() => void signOut()}>
        {say('menu.sign_out')}
      </MenuItem>
    </Menu>
  )
}

function Choices() {
  const say = useWords('shell')
  const language = useLanguage()
  const theme = useTheme()
  const { setLanguage, setTheme } = useChoices()
  return (
    <>
      <MenuChoice
        label={say('menu.theme')}
        value={theme}
        onChange={setTheme}
        options={THEMES.map((one) => ({
          value: one,
          label: say(`theme.${one}`),
          icon: PICTURES[one],
        }))}
      />
      <MenuChoice
        label={say('menu.language')}
        value={language}
        onChange={(one) => void setLanguage(one)}
        options={LANGUAGES.map((one) => ({ value: one, label: say(`language.${one}`) }))}
      />
    </>
  )
}
