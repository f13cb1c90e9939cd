import { expect, test } from 'vitest'
import { makeLog } from '#kernel/log'

const lineOf = (write: (log: ReturnType<typeof makeLog>) => void) => {
  const lines: string[] = []
  write(makeLog('trace', { write: (line) => void lines.push(line) }))
  return lines.join('')
}

test('K10: a field nobody allowed does not reach the log, at any depth', () => {
  const line = lineOf((log) =>
    log.info(
      { module: 'identity', email: 'a@b.c', body: { card: '4111' }, status: 200 },
      'answered',
    ),
  )
  expect(JSON.parse(line)).toMatchObject({ module: 'identity', status: 200, msg: 'answered' })
  for (const secret of ['4111', 'a@b.c']) expect(line).not.toContain(secret)
})

test('K10: a database fault is told by code and place, never by the row it quotes', () => {
  const fault = Object.assign(new Error('duplicate key (email)=(a@b.c)'), {
    severity: 'ERROR',
    code: '23505',
    detail: 'Key (email)=(a@b.c) already exists.',
  })
  for (const line of [
    lineOf((log) => log.error({ err: fault }, 'broke')),
    lineOf((log) => log.error(fault)),
  ]) {
    expect(line).toContain('23505')
    expect(line).not.toContain('a@b.c')
  }
})
