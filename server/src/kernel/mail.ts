import { sql } from 'kysely'
import { type Clock, rfc3339 } from '#kernel/clock'
import type { Keyring } from '#kernel/crypto'
import type { Database, Tx } from '#kernel/db'
import type { JobKind, Jobs } from '#kernel/jobs'

export interface Mail {
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
}

/** Hands a mail to the queue inside the caller's transaction; who did not commit sends nothing. */
export type PostMail = (tx: Tx, mail: Mail) => Promise<void>

const JOB = 'kernel.mail'
/** A server that does not answer must not hold up the mails behind it for longer than a job may take. */
const SMTP_TIMEOUTS = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 20_000 }
const KEPT_MAX = 500

// Sealed, because a mail may carry a link that opens an account, and queues are read by operators.
export const mailPoster =
  (jobs: Jobs, ring: Keyring): PostMail =>
  (tx, mail) =>
    jobs.enqueue(tx, JOB, { sealed: ring.seal(JSON.stringify(mail), JOB) })

interface MailJobDeps {
  readonly db: Database
  readonly clock: Clock
  readonly ring: Keyring
  /** Where mail leaves the house; undefined keeps it in the mailbox page. */
  readonly smtpUrl: string | undefined
  readonly from: string
}

export const mailJob = (deps: MailJobDeps): JobKind<{ sealed: string }> => ({
  name: JOB,
  batchMax: 5,
  run: async ({ sealed }) => {
    const mail = JSON.parse(deps.ring.open(sealed, JOB)) as Mail
    if (deps.smtpUrl === undefined) return keep(deps, mail)
    // Loaded only where mail leaves the house: it would cost every other one twenty megabytes.
    const { createTransport } = await import('nodemailer')
    const transport = createTransport({ url: deps.smtpUrl, ...SMTP_TIMEOUTS })
    await transport.sendMail({ from: deps.from, ...mail })
  },
})

async function keep({ db, clock }: MailJobDeps, mail: Mail): Promise<void> {
  await sql`
    insert into kernel.mailbox (sent_to, subject, body_text, body_html, at)
    values (${mail.to}, ${mail.subject}, ${mail.text}, ${mail.html},
            ${rfc3339(clock.now())}::timestamptz)
  `.execute(db)
  await sql`
    delete from kernel.mailbox
     where id <= (select max(id) from kernel.mailbox) - ${KEPT_MAX}
  `.execute(db)
}

export interface KeptMail {
  readonly id: string
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
  readonly at: string
}

export async function keptMail(
  db: Database,
  to: string | undefined,
  rowsMax: number,
): Promise<KeptMail[]> {
  const { rows } = await sql<{
    id: bigint
    sent_to: string
    subject: string
    body_text: string
    body_html: string
    at: Date
  }>`
    select id, sent_to, subject, body_text, body_html, at
      from kernel.mailbox
     where ${to ?? null}::text is null or sent_to = ${to ?? null}
     order by id desc
     limit ${rowsMax}
  `.execute(db)
  return rows.map((row) => ({
    id: row.id.toString(),
    to: row.sent_to,
    subject: row.subject,
    text: row.body_text,
    html: row.body_html,
    at: row.at.toISOString(),
  }))
}
