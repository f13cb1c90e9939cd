import { createTransport } from 'nodemailer'
import { expect, test } from 'vitest'
import type { FaultName, Json, Kit } from '../kit/provider.ts'
import { openSmtp } from './index.ts'

async function openStage() {
  const faults = new Set<FaultName>()
  const waiting: { readonly ms: number; readonly work: () => void }[] = []
  let onWait: () => void = () => undefined
  const kit: Kit = {
    now: () => Date.parse('2026-11-21T10:00:00Z'),
    deliver: () => undefined,
    scaled: (ms) => ms,
    later: (ms, work) => {
      waiting.push({ ms, work })
      onWait()
    },
    strikes: (fault) => faults.delete(fault),
  }
  const provider = await openSmtp(kit)
  const { url, close } = await provider.listen(0)
  const transport = createTransport(url)
  const control = async (name: string, input: Json = {}) =>
    (await provider.controls[name]?.(input)) ?? {}
  return {
    provider,
    url,
    faults,
    waiting,
    waits: new Promise<void>((waits) => {
      onWait = waits
    }),
    control,
    mails: async (input?: Json) => (await control('mails', input))['mails'] as Json[],
    send: (more: object = {}) =>
      transport.sendMail({
        from: 'Lab <lab@example.com>',
        to: 'ann@example.com',
        subject: 'Confirm',
        text: 'Follow the link.',
        ...more,
      }),
    [Symbol.asyncDispose]: close,
  }
}

test('it keeps what it gets, as it came and as a person reads it', async () => {
  await using stage = await openStage()
  const link = 'https://example.com/confirm?token=abc=def&lang=zh'
  await stage.send({
    to: ['ann@example.com', 'bob@example.com'],
    subject: '请确认您的电子邮箱地址，谢谢您使用我们的服务，链接在半小时内有效',
    text: `请打开 ${link} ，`.repeat(5),
    html: `<p>请打开 <a href="${link}">链接</a></p>`,
  })
  const [mail] = await stage.mails()
  expect(mail).toMatchObject({
    from: 'lab@example.com',
    to: ['ann@example.com', 'bob@example.com'],
    at: '2026-11-21T10:00:00.000Z',
    subject: '请确认您的电子邮箱地址，谢谢您使用我们的服务，链接在半小时内有效',
    html: expect.stringContaining(`<a href="${link}">链接</a>`),
  })
  expect(String(mail?.['text']).split(link)).toHaveLength(6)
  expect(mail?.['raw']).toContain('MIME-Version: 1.0')
})

test.each(['quoted-printable', 'base64'] as const)(
  'it reads plain letters in %s',
  async (textEncoding) => {
    await using stage = await openStage()
    await stage.send({ subject: 'plain', text: 'héllo = 世界', textEncoding })
    expect(await stage.mails()).toMatchObject([
      { subject: 'plain', text: 'héllo = 世界', html: '' },
    ])
  },
)

test('mails are shown by whom they are for, and forgotten on demand', async () => {
  await using stage = await openStage()
  await stage.send()
  await stage.send({ to: 'bob@example.com' })
  expect(await stage.mails({ to: 'bob@example.com' })).toHaveLength(1)
  expect(await stage.mails()).toHaveLength(2)
  expect(await stage.control('clear')).toEqual({ cleared: 2 })
  expect(await stage.mails()).toEqual([])
})

test('it refuses as often as it was told to, with the code it was told', async () => {
  await using stage = await openStage()
  await stage.control('refuse', { code: 550, times: 2 })
  for (const _ of [1, 2]) await expect(stage.send()).rejects.toMatchObject({ responseCode: 550 })
  await stage.send()
  expect(await stage.mails()).toHaveLength(1)
})

test.each([{ code: 250 }, { code: '451' }, { times: -1 }, { code: 600 }])(
  'it does not refuse by %o',
  async (input) => {
    await using stage = await openStage()
    await expect(stage.control('refuse', input)).rejects.toThrow('a whole number')
    await stage.send()
  },
)

test('while it is slow a mail waits for its answer', async () => {
  await using stage = await openStage()
  await stage.control('slow', { ms: 90_000 })
  let answered = false
  const sending = stage.send().then(() => {
    answered = true
  })
  await stage.waits
  expect(answered).toBe(false)
  expect(stage.waiting).toMatchObject([{ ms: 90_000 }])
  expect(await stage.mails()).toHaveLength(1)
  stage.waiting[0]?.work()
  await sending
  await stage.control('slow', { ms: 0 })
  await stage.send()
})

test.each([
  ['server_error', 0],
  ['busy', 0],
  ['error_after_commit', 1],
  ['drop_after_commit', 1],
  ['refuse_connection', 0],
] as const)(
  'with the fault %s the sender hears of a failure, and %i mail is kept',
  async (fault, kept) => {
    await using stage = await openStage()
    stage.faults.add(fault)
    await expect(stage.send()).rejects.toThrow()
    expect(await stage.mails()).toHaveLength(kept)
    await stage.send()
    expect(await stage.mails()).toHaveLength(kept + 1)
  },
)

test('it says where it is, and moves no money', async () => {
  await using stage = await openStage()
  expect(stage.url).toMatch(/^smtp:\/\/127\.0\.0\.1:\d+$/)
  expect(stage.provider.account('')).toEqual({ smtp_url: stage.url })
  expect(stage.provider.books()).toEqual([])
})
