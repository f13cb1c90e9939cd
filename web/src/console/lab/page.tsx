import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { Answer } from '@tongbao/sdk'
import { api } from '~/app/api.ts'
import { site } from '~/app/site.ts'
import { leavesOf } from '~/console/parts/diff.ts'
import { linkLook } from '~/console/parts/links.tsx'
import { useMay } from '~/console/parts/may.ts'
import { buttonLook } from '~/kit/button.tsx'
import { Card } from '~/kit/card.tsx'
import { DataBlock } from '~/kit/data-block.tsx'
import { EmptyState } from '~/kit/empty-state.tsx'
import { JsonView } from '~/kit/json-view.tsx'
import { Note } from '~/kit/notes.tsx'
import { PageHeader } from '~/kit/page-header.tsx'
import { useWords } from '~/words/words.ts'

type Account = Answer<'list_channel_accounts'>['items'][number]
const NEARBY = /^https?:\/\/(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?/

/** Where an account's settings lead to this very machine, a lab is played with. */
const labOf = (account: Account): string | undefined =>
  [...leavesOf(account.settings).values()]
    .map((text) => NEARBY.exec(text)?.[0])
    .find((origin) => origin !== undefined)

/** What a developer plays with: who answers for the providers, what fails there, what was mailed. */
export function LabPage() {
  const say = useWords('console')
  const may = useMay()
  const accounts = useQuery({
    queryKey: ['channels'],
    queryFn: ({ signal }) => api.get('/api/v1/admin/channels', { signal }),
    select: ({ items }) => items,
    enabled: may('channels:read'),
  })
  if (site.mode === 'production') return <Note>{say('lab.closed')}</Note>
  return (
    <>
      <PageHeader title={say('lab.title')} more={say('lab.more')} />
      <div className="grid max-w-4xl gap-4">
        <Card title={say('lab.providers')} more={say('lab.providers_more')}>
          <DataBlock query={accounts}>{(rows) => <Labs accounts={rows} />}</DataBlock>
        </Card>
        <Card title={say('lab.tools')}>
          <ul className="grid gap-2">
            <li>
              <Link to="/console/clock" className={linkLook}>
                {say('clock.title')}
              </Link>
            </li>
            {site.sandbox && <li>{say('lab.sandbox')}</li>}
          </ul>
        </Card>
        {may('mailbox:read') && <Mailbox />}
      </div>
    </>
  )
}

function Labs({ accounts }: { readonly accounts: readonly Account[] }) {
  const say = useWords('console')
  const played = accounts.flatMap((account) => {
    const origin = labOf(account)
    return origin === undefined ? [] : [{ account, origin }]
  })
  if (played.length === 0)
    return (
      <EmptyState
        icon="flask"
        title={say('lab.empty')}
        more={say('lab.empty_more', { command: 'npm run lab' })}
      />
    )
  return (
    <ul className="grid gap-3">
      {played.map(({ account, origin }) => (
        <li
          key={`${account.channel}/${account.account}`}
          className="flex flex-wrap items-center justify-between gap-3"
        >
          <span>
            {account.channel} / {account.account}
            <span className="ml-2 font-mono text-small text-soft">{origin}</span>
          </span>
          <a href={`${origin}/__lab`} target="_blank" rel="noreferrer" className={buttonLook()}>
            {say('lab.open')}
          </a>
        </li>
      ))}
    </ul>
  )
}

/** What this installation would have sent. */
function Mailbox() {
  const say = useWords('console')
  const query = useQuery({
    queryKey: ['mailbox'],
    queryFn: ({ signal }) => api.get('/api/v1/admin/mailbox', { signal }),
    select: ({ items }) => items.slice(0, 10),
  })
  return (
    <Card title={say('lab.mailbox')}>
      <DataBlock
        query={query}
        isEmpty={(mails) => mails.length === 0}
        empty={<EmptyState title={say('lab.no_mail')} />}
      >
        {(mails) => (
          <ul className="grid gap-2">
            {mails.map((mail) => (
              <li key={mail.id}>
                <details>
                  <summary>
                    {mail.subject} <span className="text-small text-soft">{mail.to}</span>
                  </summary>
                  <div className="mt-2">
                    <JsonView label={mail.subject} value={mail.text} />
                  </div>
                </details>
              </li>
            ))}
          </ul>
        )}
      </DataBlock>
    </Card>
  )
}
