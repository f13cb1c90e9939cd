import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { type Me, meQuery } from '~/app/queries.ts'
import { PageHeader } from '~/kit/page-header.tsx'
import { Tabs } from '~/kit/tabs.tsx'
import { AutoTopUp } from '~/portal/settings/auto-top-up.tsx'
import { Cards } from '~/portal/settings/cards.tsx'
import { Keys } from '~/portal/settings/keys.tsx'
import { Looks } from '~/portal/settings/looks.tsx'
import { Password } from '~/portal/settings/password.tsx'
import { Profile } from '~/portal/settings/profile.tsx'
import { SecondFactor } from '~/portal/settings/second-factor.tsx'
import { Sessions } from '~/portal/settings/sessions.tsx'
import { useWords } from '~/words/words.ts'

export function SettingsPage() {
  const { data: me } = useQuery(meQuery)
  return me ? <Settings me={me} /> : null
}

function Settings({ me }: { readonly me: Me }) {
  const say = useWords('settings')
  const { tab = 'profile' } = useSearch({ from: '/portal/settings' })
  const navigate = useNavigate({ from: '/settings' })
  const mayMakeKeys = me.scopes.includes('keys:manage')
  const profile = (
    <Stack>
      <Profile me={me} />
      <Looks />
    </Stack>
  )
  const security = (
    <Stack>
      <SecondFactor me={me} />
      {me.user.email !== null && <Password />}
      <Sessions />
    </Stack>
  )
  const topUp = (
    <Stack>
      <AutoTopUp />
      <Cards />
    </Stack>
  )
  return (
    <>
      <PageHeader title={say('title')} />
      <Tabs
        label={say('title')}
        value={tab === 'keys' && !mayMakeKeys ? 'profile' : tab}
        onChange={(next) => void navigate({ search: { tab: next }, replace: true })}
        tabs={[
          { value: 'profile', label: say('tab.profile'), panel: profile },
          { value: 'security', label: say('tab.security'), panel: security },
          { value: 'top_up', label: say('tab.top_up'), panel: topUp },
          ...(mayMakeKeys
            ? [{ value: 'keys' as const, label: say('tab.keys'), panel: <Keys me={me} /> }]
            : []),
        ]}
      />
    </>
  )
}

const Stack = ({ children }: { readonly children: ReactNode }) => (
  <div className="grid max-w-2xl gap-4 lg:gap-6">{children}</div>
)
