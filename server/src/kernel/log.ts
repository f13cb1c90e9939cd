import { type DestinationStream, type Logger, pino } from 'pino'

/** No `child`: its bindings would go around the allow-list. */
export type Log = Pick<
  Logger,
  'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'isLevelEnabled'
>

/**
 * What a log line may carry. Everything else is dropped by name, so a new field with a person's
 * data in it stays out until somebody decides that it may come in.
 */
const ALLOWED = new Set([
  'module', 'request_id', 'method', 'route', 'status', 'code', 'law', 'duration_ms', 'principal',
  'owner_id', 'key_id', 'job', 'job_id', 'queue', 'topic', 'event_id', 'attempt', 'count', 'migration',
  'host', 'port', 'url', 'mode', 'signal', 'version', 'node', 'pg_code', 'err', 'shift_ms',
  'channel', 'account', 'verdict', 'fact_id', 'refund_id', 'refund', 'dispute', 'transfer_id', 'state', 'before', 'why',
]) // biome-ignore format: a list reads better packed

/** Only what identifies a fault: its message may quote a value, so it is kept for our own errors alone. */
const fault = (error: unknown) => {
  if (!(error instanceof Error)) return { type: typeof error }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined
  const quotesData = 'severity' in error // PostgreSQL's messages and details repeat the row
  return {
    type: error.name,
    ...(code && { code }),
    ...(!quotesData && { message: masked(error.message) }),
    stack: error.stack
      ?.split('\n')
      .filter((line) => line.startsWith('    at '))
      .join('\n'),
  }
}

// A library's message may quote what it was given: an address, a number of somebody's.
const masked = (text: string): string =>
  text.replace(/[^\s<>"']+@[^\s<>"']+/g, '…').replace(/\d{7,}/g, '…')

const onlyAllowed = (fields: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) =>
      !ALLOWED.has(name) ? [] : [[name, name === 'err' ? fault(value) : value]],
    ),
  )

export const makeLog = (level: string, to: DestinationStream): Log =>
  pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      // pino would add an error's message to the line by itself, around the allow-list.
      messageKey: 'msg',
      serializers: { err: (value: unknown) => value },
      hooks: {
        logMethod(inputs, method) {
          const [first, ...rest] = inputs
          if (first instanceof Error) return method.apply(this, [{ err: first }, 'failed'])
          return method.apply(this, [first, ...rest] as Parameters<typeof method>)
        },
      },
      formatters: {
        level: (label) => ({ level: label }),
        log: onlyAllowed,
      },
    },
    to,
  )
