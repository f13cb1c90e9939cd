import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { api } from '~/app/api.ts'
import { site } from '~/app/site.ts'
import { FaultsCard } from '~/console/lab/faults-card.tsx'
import { linkLook } from '~/console/parts/links.tsx'
import { useMay } from '~/console/parts/may.ts'
import { Card } from '~/kit/card.tsx'
import { DataBlock } from '~/kit/data-block.tsx'
import { EmptyState } from '~/kit/empty-state.tsx'
import { JsonView } from '~/kit/json-view.tsx'
import { Note } from '~/kit/notes.tsx'
import { PageHeader } from '~/kit/page-header.tsx'
import { useWords } from '~/words/words.ts'

/** What a developer plays with: who answers for the providers, what fails there, what was mailed. */
export function LabPage() {
  const say = useWords('console')
  const may = useMay()
  return (
    <>
      <PageHeader title={say('lab.title')} more={say('lab.more')} />
      {site.mode === 'production' ? (
        <Note>{say('lab.closed')}</Note>
      ) : (
        <div className="grid max-w-4xl gap-4">
          {may('channels:read') && <FaultsCard />}
          {may('mailbox:read') && <Mailbox />}
          <p className="flex flex-wrap gap-x-4 gap-y-1 text-small text-soft">
            {may('clock:move') && (
              <Link to="/console/clock" className={linkLook}>
                {say('clock.act')}
              </Link>
            )}
            {site.sandbox && <span>{say('lab.sandbox')}</span>}
          </p>
        </div>
      )}
    </>
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
    <Card title={say('lab.mailbox')} more={say('lab.mailbox_more')}>
      <DataBlock
        query={query}
        isEmpty={(mails) => mails.length === 0}
        empty={<EmptyState title={say('lab.no_mail')} more={say('lab.no_mail_more')} />}
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
