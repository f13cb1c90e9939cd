import { isIP } from 'node:net'
import { resolve } from 'node:path'
import { CRASH_POINTS, type Crash, parseCrash } from '#kernel/crash-points'

type Mode = 'development' | 'test' | 'production'

/** Everything the environment may say, read once, here and nowhere else. */
export interface Config {
  readonly mode: Mode
  readonly host: string
  readonly port: number
  /** Undefined starts the embedded PostgreSQL in the data folder. */
  readonly databaseUrl: string | undefined
  readonly redisUrl: string | undefined
  readonly dataFolder: string
  /** Newest first; undefined keeps a random one in the data folder (never in production). */
  readonly secrets: readonly string[] | undefined
  readonly bootstrapKey: string | undefined
  /** What browsers call this server: links in mails, cookies and the origin check go by it. */
  readonly publicUrl: string | undefined
  readonly smtpUrl: string | undefined
  readonly mailFrom: string
  readonly logLevel: string
  /** No proxy, how many of them append to X-Forwarded-For, or their addresses. */
  readonly trustProxy: false | number | readonly string[]
  /** Where a server of the tests dies on purpose. */
  readonly crashAt: Crash | undefined
  /** The website app by which people sign in with WeChat; undefined: nobody does. */
  readonly wechatLogin: WechatLogin | undefined
  /** How much one person may give by hand at once, and in a day, before a second one has to decide. */
  readonly grantLimit: number
  /** What everybody who signs up begins with. */
  readonly signUpCredits: number
  /** How much of a payment one person may refund, in minor units, before a second one has to decide. */
  readonly refundLimit: number
  /** Opens the sandbox in production too, where what it pays for is play money. */
  readonly sandbox: boolean
}

interface WechatLogin {
  readonly appid: string
  readonly secret: string
  readonly openUrl: string
  readonly apiUrl: string
}

type Environment = Readonly<Record<string, string | undefined>>

const SECRET_LETTERS_MIN = 32
const BOOTSTRAP_LETTERS_MIN = 16
const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal']

/** The configuration, or every fault at once: nobody likes to be told one mistake at a time. */
export function readConfig(
  env: Environment,
): { readonly config: Config } | { readonly faults: readonly string[] } {
  const faults: string[] = []
  const text = (name: string): string | undefined => env[name]?.trim() || undefined
  const oneOf = <T extends string>(name: string, choices: readonly T[], otherwise: T): T => {
    const value = text(name)
    if (value === undefined) return otherwise
    if ((choices as readonly string[]).includes(value)) return value as T
    faults.push(`${name} must be one of ${choices.join(', ')}; it is "${value}"`)
    return otherwise
  }
  const url = (name: string, schemes: readonly string[]): string | undefined => {
    const value = text(name)
    if (value === undefined) return undefined
    // The value is not repeated: it may hold a password.
    if (!URL.canParse(value) || !schemes.includes(new URL(value).protocol.slice(0, -1))) {
      faults.push(`${name} must be an address that starts with ${schemes.join(':// or ')}://`)
      return undefined
    }
    return value
  }

  const mode = oneOf<Mode>('TONGBAO_MODE', ['development', 'test', 'production'], 'development')
  const config: Config = {
    mode,
    host: text('HOST') ?? '127.0.0.1',
    port: port(text('PORT'), faults),
    databaseUrl: url('DATABASE_URL', ['postgres', 'postgresql']),
    redisUrl: url('REDIS_URL', ['redis', 'rediss']),
    dataFolder: resolve(text('TONGBAO_DATA') ?? '.tongbao'),
    secrets: secrets(text('TONGBAO_SECRET'), mode, faults),
    bootstrapKey: bootstrapKey(text('TONGBAO_BOOTSTRAP_KEY'), mode, faults),
    publicUrl: origin('TONGBAO_PUBLIC_URL', url('TONGBAO_PUBLIC_URL', ['http', 'https']), faults),
    smtpUrl: url('TONGBAO_SMTP_URL', ['smtp', 'smtps']),
    mailFrom: text('TONGBAO_MAIL_FROM') ?? 'Tongbao <no-reply@localhost>',
    logLevel: oneOf('TONGBAO_LOG_LEVEL', LOG_LEVELS, mode === 'production' ? 'info' : 'warn'),
    trustProxy: trustProxy(text('TONGBAO_TRUST_PROXY'), faults),
    crashAt: crashAt(text('TONGBAO_CRASH_AT'), mode, faults),
    grantLimit: limit('TONGBAO_GRANT_LIMIT', text('TONGBAO_GRANT_LIMIT'), 10_000, faults),
    refundLimit: limit('TONGBAO_REFUND_LIMIT', text('TONGBAO_REFUND_LIMIT'), 100_000, faults),
    signUpCredits: limit('TONGBAO_SIGN_UP_CREDITS', text('TONGBAO_SIGN_UP_CREDITS'), 520, faults),
    sandbox: oneOf('TONGBAO_SANDBOX', ['off', 'on'], 'off') === 'on',
    wechatLogin: wechatLogin(text, (name) => origin(name, url(name, ['http', 'https']), faults), {
      mode,
      faults,
    }),
  }
  if (mode === 'production' && text('TONGBAO_PUBLIC_URL') === undefined)
    faults.push('TONGBAO_PUBLIC_URL is needed in production: mails and cookies carry it')
  if (mode === 'production' && text('TONGBAO_SMTP_URL') === undefined)
    faults.push('TONGBAO_SMTP_URL is needed in production: without it nobody can reset a password')
  return faults.length > 0 ? { faults } : { config }
}

function port(value: string | undefined, faults: string[]): number {
  if (value === undefined) return 7300
  const number = /^\d{1,5}$/.test(value) ? Number(value) : -1
  if (number >= 0 && number <= 65_535) return number
  faults.push(`PORT must be a whole number from 0 to 65535; it is "${value}"`)
  return 0
}

function limit(name: string, value: string | undefined, usual: number, faults: string[]): number {
  if (value === undefined) return usual
  const number = /^\d{1,15}$/.test(value) ? Number(value) : -1
  if (number < 0) faults.push(`${name} must be a whole number from 0 on; it is "${value}"`)
  return number
}

/** Browsers name a page's origin in one spelling only; ours must be the same, or we refuse our own pages. */
function origin(name: string, value: string | undefined, faults: string[]): string | undefined {
  if (value === undefined) return undefined
  const { origin, pathname, search, hash, username, password } = new URL(value)
  if (pathname !== '/' || search || hash || username || password) {
    faults.push(`${name} must be an origin like https://pay.example, without path or sign-in`)
    return undefined
  }
  return origin
}

const WECHAT_OPEN_URL = 'https://open.weixin.qq.com'
const WECHAT_API_URL = 'https://api.weixin.qq.com'

/** Both names or neither: half of it would show a button that leads nowhere. */
function wechatLogin(
  text: (name: string) => string | undefined,
  originOf: (name: string) => string | undefined,
  { mode, faults }: { readonly mode: Mode; readonly faults: string[] },
): WechatLogin | undefined {
  const appid = text('TONGBAO_WECHAT_LOGIN_APPID')
  const secret = text('TONGBAO_WECHAT_LOGIN_SECRET')
  const openUrl = originOf('TONGBAO_WECHAT_LOGIN_OPEN_URL') ?? WECHAT_OPEN_URL
  const apiUrl = originOf('TONGBAO_WECHAT_LOGIN_API_URL') ?? WECHAT_API_URL
  if (appid === undefined && secret === undefined) return undefined
  if (appid === undefined || secret === undefined) {
    const [missing, given] =
      appid === undefined ? (['APPID', 'SECRET'] as const) : (['SECRET', 'APPID'] as const)
    faults.push(`TONGBAO_WECHAT_LOGIN_${missing} is needed beside TONGBAO_WECHAT_LOGIN_${given}`)
    return undefined
  }
  if (!/^\w{1,64}$/.test(appid))
    faults.push('TONGBAO_WECHAT_LOGIN_APPID must be an appid like wx0123456789abcdef')
  for (const [name, url] of [
    ['OPEN', openUrl],
    ['API', apiUrl],
  ] as const)
    if (mode === 'production' && !url.startsWith('https:'))
      faults.push(`TONGBAO_WECHAT_LOGIN_${name}_URL must be https:// in production`)
  return { appid, secret, openUrl, apiUrl }
}

// Never simply "yes": then the leftmost address counts, and that one is written by the caller.
function trustProxy(value: string | undefined, faults: string[]): Config['trustProxy'] {
  if (value === undefined || value === 'no') return false
  if (/^[1-9]$/.test(value)) return Number(value)
  const addresses = value.split(',').map((one) => one.trim())
  if (addresses.every((one) => isIP(one.split('/')[0] ?? '') !== 0)) return addresses
  faults.push(
    'TONGBAO_TRUST_PROXY must be no, the number of proxies in front (1 to 9), or their addresses by comma',
  )
  return false
}

function secrets(value: string | undefined, mode: Mode, faults: string[]): string[] | undefined {
  if (value === undefined) {
    if (mode === 'production')
      faults.push(
        `TONGBAO_SECRET is needed in production: ${SECRET_LETTERS_MIN} random letters or more`,
      )
    return undefined
  }
  const list = value.split(',').map((secret) => secret.trim())
  if (list.some((secret) => secret.length < SECRET_LETTERS_MIN))
    faults.push(
      `TONGBAO_SECRET must have at least ${SECRET_LETTERS_MIN} letters (each, if several)`,
    )
  return list
}

function bootstrapKey(value: string | undefined, mode: Mode, faults: string[]): string | undefined {
  if (value === undefined) return undefined
  if (mode === 'production')
    faults.push('TONGBAO_BOOTSTRAP_KEY opens every door and is refused in production; make a key')
  else if (value.length < BOOTSTRAP_LETTERS_MIN)
    faults.push(`TONGBAO_BOOTSTRAP_KEY must have at least ${BOOTSTRAP_LETTERS_MIN} letters`)
  return value
}

function crashAt(value: string | undefined, mode: Mode, faults: string[]): Crash | undefined {
  if (value === undefined) return undefined
  if (mode !== 'test') {
    faults.push('TONGBAO_CRASH_AT kills the server on purpose and is refused outside of tests')
    return undefined
  }
  const crash = parseCrash(value)
  if (!crash) faults.push(`TONGBAO_CRASH_AT must be one of ${CRASH_POINTS.join(', ')}, or name:nth`)
  return crash
}
