import type { Config } from './config.ts'
import type { DatabaseReadings, Surroundings } from './doctor-readings.ts'

export interface Finding {
  readonly check: string
  /** A grave one keeps a server in production from starting. */
  readonly state: 'fine' | 'warning' | 'grave'
  readonly what: string
  /** What to do; empty where there is nothing to. */
  readonly advice: string
}

const found =
  (state: Finding['state']) =>
  (check: string, what: string, advice = ''): Finding => ({ check, state, what, advice })

export const fine = found('fine')
const warning = found('warning')
export const grave = found('grave')

const VERSION_MIN = 150_000
/** Requests, sign-ins, the job queue, and the lines that listen or build: what one node may have open. */
const CONNECTIONS_PER_NODE = 16 + 4 + 4 + 3
const AHEAD_WARNING_MS = 2_000
const AHEAD_GRAVE_MS = 60_000
const FREE_BYTES_MIN = 1024 ** 3
/** Fewer different letters than this were typed by a person, not drawn. */
const SECRET_DIFFERENT_LETTERS_MIN = 12
const UTC = /^(?:Etc\/)?(?:UTC|UCT|GMT|Universal|Zulu)$/i

const isLive = ({ mode }: Config): boolean => mode === 'production'

/** Of what an error makes of money in production, and of nothing anywhere else. */
const graveIfLive = (config: Config) => (isLive(config) ? grave : warning)

export function judgeSurroundings(config: Config, around: Surroundings): Finding[] {
  return [
    judgeMode(config),
    judgeSecret(config),
    judgeHost(config),
    judgeMail(config),
    judgeRedis(around),
    ...judgeDisk(config, around),
    judgeWhere(config),
  ]
}

const judgeMode = ({ mode }: Config): Finding =>
  mode === 'production'
    ? fine('mode', 'production')
    : fine('mode', mode, 'TONGBAO_MODE=production for real money: no demo people, no moving clock')

function judgeSecret({ secrets }: Config): Finding {
  if (secrets === undefined)
    return fine(
      'secret',
      'none given, so a random one is kept in the data folder',
      'production needs TONGBAO_SECRET; whoever moves the data moves the file "secret" with it',
    )
  const weak = secrets.find((one) => new Set(one).size < SECRET_DIFFERENT_LETTERS_MIN)
  if (weak !== undefined)
    return warning(
      'secret',
      'TONGBAO_SECRET has few different letters and can be guessed',
      'draw one: openssl rand -base64 33; the old one follows it after a comma',
    )
  if (secrets.length > 1)
    return fine(
      'secret',
      `TONGBAO_SECRET holds ${secrets.length}: the first closes and signs, the others only open`,
      'drop an old one when nothing that it closed is left',
    )
  return fine('secret', 'TONGBAO_SECRET is given')
}

function judgeHost(config: Config): Finding {
  const { host, trustProxy } = config
  const isOpen = host === '0.0.0.0' || host === '::'
  if (!isLive(config) || !isOpen || trustProxy) return fine('host', `listens on ${host}`)
  return fine(
    'host',
    `listens on every address (${host}), and speaks no TLS itself`,
    'put a proxy with TLS before it and set TONGBAO_TRUST_PROXY=1, or HOST=127.0.0.1',
  )
}

function judgeMail(config: Config): Finding {
  if (config.smtpUrl !== undefined) return fine('mail', 'goes out by TONGBAO_SMTP_URL')
  if (!isLive(config)) return fine('mail', 'stays in the mailbox page')
  return warning(
    'mail',
    'stays in the house: nobody gets a link to verify or to reset',
    'set TONGBAO_SMTP_URL',
  )
}

function judgeRedis({ redis }: Surroundings): Finding {
  if (redis === undefined) return fine('redis', 'not used: limits are counted in each process')
  if (redis === 'answers') return fine('redis', 'answers')
  return warning('redis', `does not answer (${redis.fault})`, 'start it, or correct REDIS_URL')
}

function judgeDisk({ dataFolder }: Config, { freeBytes }: Surroundings): Finding[] {
  if (freeBytes === undefined) return []
  const shown = `${Math.floor(freeBytes / 1024 ** 2)} MiB free in ${dataFolder}`
  if (freeBytes >= FREE_BYTES_MIN) return [fine('disk', shown)]
  return [warning('disk', shown, 'free some space: a full disk refuses every payment')]
}

function judgeWhere(config: Config): Finding {
  if (config.databaseUrl !== undefined) return fine('data', 'in the database of DATABASE_URL')
  if (!isLive(config)) return fine('data', `embedded, in ${config.dataFolder}`)
  return warning(
    'data',
    'embedded: it shares its fate with this machine, and no second node can join',
    'set DATABASE_URL to a server with a standby, and back it up',
  )
}

export function judgeDatabase(config: Config, readings: DatabaseReadings): Finding[] {
  return [
    judgeVersion(readings),
    ...judgeDurability(config, readings),
    judgeChecksums(readings),
    judgeEncoding(readings),
    judgeZone(readings),
    judgeConnections(readings),
    judgeMigrations(readings),
    judgeRole(readings),
    judgeBooks(readings),
    judgeUser(readings),
    judgeTime(readings),
    judgeClock(config, readings),
  ]
}

function judgeVersion({ settings }: DatabaseReadings): Finding {
  const shown = `PostgreSQL ${settings['server_version']}`
  if (Number(settings['server_version_num']) >= VERSION_MIN) return fine('version', shown)
  return grave('version', `${shown} is too old`, 'use PostgreSQL 15 or newer')
}

/** With one of these off a power cut may take back what was acknowledged. */
function judgeDurability(config: Config, readings: DatabaseReadings): Finding[] {
  const bad = graveIfLive(config)
  const promised = ['fsync', 'full_page_writes'].map((name) =>
    readings.settings[name] === 'on'
      ? fine(name, 'on')
      : bad(
          name,
          `${name} is off: a crash may lose or tear what was acknowledged`,
          `set ${name} = on in postgresql.conf and reload`,
        ),
  )
  const { value } = readings.synchronousCommit
  return [
    ...promised,
    value === 'off'
      ? bad(
          'synchronous_commit',
          'synchronous_commit is off: a crash may lose what was acknowledged',
          commitAdvice(readings),
        )
      : fine('synchronous_commit', value),
  ]
}

function commitAdvice({ synchronousCommit, database, user }: DatabaseReadings): string {
  switch (synchronousCommit.source) {
    case 'database':
      return `alter database ${database} reset synchronous_commit`
    case 'user':
      return `alter role ${user} reset synchronous_commit`
    case 'database user':
      return `alter role ${user} in database ${database} reset synchronous_commit`
    case 'client':
      return 'take it out of the options in DATABASE_URL'
    default:
      return 'set synchronous_commit = on in postgresql.conf and reload'
  }
}

const judgeChecksums = ({ settings }: DatabaseReadings): Finding =>
  settings['data_checksums'] === 'on'
    ? fine('checksums', 'on')
    : warning(
        'checksums',
        'off: pages that the disk spoils go unnoticed',
        'stop the server and run pg_checksums --enable',
      )

const judgeEncoding = ({ settings, database }: DatabaseReadings): Finding =>
  settings['server_encoding'] === 'UTF8'
    ? fine('encoding', 'UTF8')
    : grave(
        'encoding',
        `${settings['server_encoding']}: names of people cannot be kept in it`,
        `make the database anew: create database ${database} template template0 encoding 'UTF8'`,
      )

const judgeZone = ({ settings, database }: DatabaseReadings): Finding =>
  UTC.test(settings['TimeZone'] ?? '')
    ? fine('time zone', 'UTC')
    : warning(
        'time zone',
        `${settings['TimeZone']}: Tongbao asks for UTC itself, but what people read beside it differs`,
        `alter database ${database} set timezone = 'UTC'`,
      )

function judgeConnections({ connectionsMax }: DatabaseReadings): Finding {
  const shown = `${connectionsMax} for this user; a node uses up to ${CONNECTIONS_PER_NODE}`
  if (connectionsMax >= 2 * CONNECTIONS_PER_NODE) return fine('connections', shown)
  return warning(
    'connections',
    shown,
    connectionsMax < CONNECTIONS_PER_NODE
      ? 'raise max_connections or the limits of the role and the database: one node is already short'
      : 'raise max_connections before a second node, or a rolling restart, needs them',
  )
}

function judgeMigrations({ migrations }: DatabaseReadings): Finding {
  if ('refused' in migrations) return grave('migrations', ...halves(migrations.refused))
  if (migrations.missing === 0) return fine('migrations', 'current')
  return warning(
    'migrations',
    `${migrations.missing} still to apply`,
    'tongbao migrate, or the next start, applies them',
  )
}

function judgeRole({ role, user }: DatabaseReadings): Finding {
  if (role === 'usable')
    return fine('role', 'the application works as tongbao_app, which owns nothing')
  if (role === 'unmade') return fine('role', 'the first migration makes tongbao_app, if it may')
  if (role === 'absent')
    return warning(
      'role',
      'the application works as the owner of the tables; the triggers still hold',
      `before the first start on a new database: create role tongbao_app, and grant it to ${user}`,
    )
  return grave(
    'role',
    'the role tongbao_app was made after the tables, and may not see them',
    'drop the role, or let the owner grant it what the migrations grant',
  )
}

const judgeBooks = ({ booksOwner, mayWriteBooks, user }: DatabaseReadings): Finding => {
  if (booksOwner === undefined) return fine('books', 'the first migration makes them')
  if (booksOwner === 'tongbao_ledger')
    return mayWriteBooks
      ? fine(
          'books',
          `tongbao_ledger owns them; ${user} could become it by set role, the application does not`,
          'where you can, give the server a login that is a member of tongbao_app only: docs/operations.md',
        )
      : fine('books', `tongbao_ledger owns them, and ${user} cannot become it`)
  return warning(
    'books',
    `${booksOwner} owns the books, so what signs in as it could write them; the triggers still hold`,
    `before the first start on a new database: create role tongbao_ledger, and grant it to ${user}`,
  )
}

const judgeUser = ({ isSuperuser, user }: DatabaseReadings): Finding =>
  isSuperuser
    ? warning(
        'user',
        `${user} is a superuser: whoever breaks into the application has the whole server`,
        'let DATABASE_URL name an ordinary role that owns the database',
      )
    : fine('user', `${user}, an ordinary role`)

function judgeTime({ aheadMs }: DatabaseReadings): Finding {
  const off = Math.abs(aheadMs)
  const shown = `the database is ${Math.round(off)} ms ${aheadMs < 0 ? 'behind' : 'ahead of'} this machine`
  const advice = 'let both machines follow an NTP server'
  if (off > AHEAD_GRAVE_MS) return grave('time', shown, advice)
  if (off > AHEAD_WARNING_MS) return warning('time', shown, advice)
  return fine('time', 'the database and this machine agree')
}

function judgeClock(config: Config, { clockShiftMs }: DatabaseReadings): Finding {
  if (!clockShiftMs) return fine('clock', 'business time was not moved')
  const shown = `business time is moved by ${clockShiftMs / 1_000} s`
  if (!isLive(config)) return fine('clock', shown, 'tongbao clock --reset moves it back')
  return grave(
    'clock',
    `${shown}, as only a test may`,
    'this database was used for tests: take another for production',
  )
}

/** Our sentences say what is wrong before the semicolon and what to do after it. */
export function halves(sentence: string): [what: string, advice: string] {
  const [what = '', ...rest] = sentence.split('; ')
  return [what, rest.join('; ')]
}
