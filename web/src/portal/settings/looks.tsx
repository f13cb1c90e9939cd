import { THEMES, useTheme } from '~/app/theme.ts'
import { Card } from '~/kit/card.tsx'
import { Segments } from '~/kit/choice.tsx'
import { useChoices } from '~/shell/person.ts'
import { LANGUAGES, useLanguage, useWords } from '~/words/words.ts'

export function Looks() {
  const say = useWords('settings')
  const language = useLanguage()
  const theme = useTheme()
  const { setLanguage, setTheme } = useChoices()
  return (
    <Card title={say('looks.title')}>
      <div className="grid gap-5">
        <div className="grid justify-items-start gap-1.5">
          <span className="font-semibold">{say('looks.language')}</span>
          <Segments
            label={say('looks.language')}
            value={language}
            onChange={(next) => void setLanguage(next)}
            options={LANGUAGES.map((value) => ({ value, label: say(`looks.language.${value}`) }))}
          />
        </div>
        <div className="grid justify-items-start gap-1.5">
          <span className="font-semibold">{say('looks.theme')}</span>
          <Segments
            label={say('looks.theme')}
            value={theme}
            onChange={setTheme}
            options={THEMES.map((value) => ({ value, label: say(`looks.theme.${value}`) }))}
          />
        </div>
      </div>
    </Card>
  )
}
