import { PageHeader } from '~/kit/page-header.tsx'
import { Tabs } from '~/kit/tabs.tsx'
import { History } from '~/portal/credits/history.tsx'
import { Lots } from '~/portal/credits/lots.tsx'
import { StoryDialog } from '~/portal/credits/story-dialog.tsx'
import { Usage } from '~/portal/credits/usage.tsx'
import { useCreditsSearch } from '~/portal/credits/use-search.ts'
import { useWords } from '~/words/words.ts'

export function CreditsPage() {
  const say = useWords('credits')
  const { search, change } = useCreditsSearch()
  return (
    <>
      <PageHeader title={say('title')} />
      <Tabs
        label={say('title')}
        value={search.tab ?? 'lots'}
        onChange={(tab) => change({ tab })}
        tabs={[
          { value: 'lots', label: say('tab.lots'), panel: <Lots /> },
          { value: 'history', label: say('tab.history'), panel: <History /> },
          { value: 'usage', label: say('tab.usage'), panel: <Usage /> },
        ]}
      />
      <StoryDialog id={search.entry} onClose={() => change({ entry: undefined })} />
    </>
  )
}
