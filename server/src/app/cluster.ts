import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Client, DatabaseError } from 'pg'
import type { Place } from './cluster-account.ts'
import { preparePlace } from './cluster-account.ts'
import type { Secrets } from './cluster-files.ts'
import { confText, newSecrets, readConf, readSecrets, writeSecrets } from './cluster-files.ts'
import { claimFolder } from './cluster-owner.ts'
import type { House } from './cluster-postmaster.ts'
import {
  findPostmaster,
  hasData,
  makeData,
  resetPassword,
  startPostmaster,
  stopPostmaster,
} from './cluster-postmaster.ts'
import { findPrograms } from './cluster-programs.ts'
import { asUnavailable, ClusterUnavailable } from './cluster-unavailable.ts'

export { ClusterUnavailable } from './cluster-unavailable.ts'

/** The PostgreSQL that comes with tongbao, running on a data folder. */
export interface Cluster {
  /** The database `tongbao` as its owner, the role `tongbao`. */
  readonly url: string
  /** The database `postgres` as the superuser; for templates, extensions and judges only. */
  readonly superuserUrl: string
  readonly folder: string
  /** True when this call started it; false when it was found running. */
  readonly started: boolean
  /** Starts it again where it was, if it died under us; true when it had to. */
  revive(): Promise<boolean>
  /** Stops what this call owns; does nothing beside a live owner. */
  stop(): Promise<void>
}

export interface ClusterOptions {
  readonly folder: string
  readonly settings?: Readonly<Record<string, string>>
  /** Refuse to work beside another live owner of the folder. */
  readonly exclusive?: boolean
  readonly say: (line: string) => void
}

interface Up {
  readonly secrets: Secrets
  readonly started: boolean
}

/** A postmaster that is there may be reading its log after a crash; one that hangs is ended. */
const ANSWER_MS_MAX = 120_000
/** An owner that is just making its database needs seconds. */
const BESIDE_MS_MAX = 60_000
const TURN_MS = 100
const CONNECT_TIMEOUT_MS = 5_000

/**
 * Opens the cluster of the folder: makes it, starts it, or adopts the one that a killed owner left
 * running. Throws ClusterUnavailable and nothing else.
 */
export async function openCluster(options: ClusterOptions): Promise<Cluster> {
  try {
    const place = preparePlace(options.folder)
    const until = performance.now() + BESIDE_MS_MAX
    while (performance.now() < until) {
      const { holder, release } = await claimFolder(place.folder)
      if (holder === undefined) return await own(options, place, release)
      if (options.exclusive) {
        throw new ClusterUnavailable(
          `another tongbao (pid ${holder}) already serves the data folder ${place.folder}; stop it or set TONGBAO_DATA`,
        )
      }
      const beside = await adoptBeside(place.folder)
      if (beside !== undefined) return beside
      // The owner may be about to start, or about to end and leave the folder to us.
      await pause(TURN_MS)
    }
    throw new ClusterUnavailable(
      `another tongbao serves the data folder ${place.folder} but its database does not answer; stop it or set TONGBAO_DATA`,
    )
  } catch (error) {
    throw asUnavailable(error, options.folder)
  }
}

async function own(options: ClusterOptions, place: Place, release: () => void): Promise<Cluster> {
  try {
    const { folder } = place
    const programs = findPrograms(place)
    const data = join(folder, 'postgres')
    const house = { ...place, data, log: join(folder, 'postgres.log'), programs }
    // Refuses a folder that is not ours, before anything in it is started, stopped or changed.
    const isOld = hasData(house)
    const { secrets, started } = await bringUpWhole(house, isOld, options)
    const stop = stopper(house, release)
    const conf = (port: number) => confText(folder, port, options.settings ?? {})
    return handle(folder, secrets, started, {
      ...stop,
      revive: reviver(house, secrets, conf, stop),
    })
  } catch (error) {
    release()
    throw error
  }
}

async function bringUpWhole(house: House, isOld: boolean, options: ClusterOptions): Promise<Up> {
  try {
    const up = await bringUp(house, isOld, options)
    await arrange(house.folder, up.secrets, isOld)
    return up
  } catch (error) {
    // What came up without being usable must not stay behind, nor may its end hide the reason.
    await stopPostmaster(house).catch(() => undefined)
    throw error
  }
}

async function bringUp(
  house: House,
  isOld: boolean,
  { settings = {}, say }: ClusterOptions,
): Promise<Up> {
  const { folder, programs } = house
  const conf = (port: number) => confText(folder, port, settings)
  const known = readSecrets(folder)
  const running = known !== undefined && (await adopted(house, known, conf, say))
  if (running) {
    say(`found PostgreSQL ${programs.major} still running in ${folder}`)
    return { secrets: running, started: false }
  }
  await stopPostmaster(house)
  const secrets = (isOld ? known : undefined) ?? newSecrets(known?.port)
  if (!isOld) {
    say(`making a PostgreSQL ${programs.major} database in ${folder}`)
    writeSecrets(folder, secrets)
    await makeData(house, secrets.superuserPassword)
  } else if (known === undefined) {
    say('the password of the database was lost and is set anew')
    await resetPassword(house, secrets.superuserPassword)
  }
  const port = await startPostmaster(house, secrets.port, conf)
  if (known === undefined || port !== known.port) writeSecrets(folder, { ...secrets, port })
  say(`PostgreSQL ${programs.major} runs on 127.0.0.1:${port}`)
  return { secrets: { ...secrets, port }, started: true }
}

/** The running postmaster, when it answers and was started with the settings asked for. */
async function adopted(
  house: House,
  known: Secrets,
  conf: (port: number) => string,
  say: (line: string) => void,
): Promise<Secrets | undefined> {
  const until = performance.now() + ANSWER_MS_MAX
  for (let turn = 0; performance.now() < until; turn++) {
    const found = findPostmaster(house.data)
    if (found === undefined) return undefined
    const secrets = { ...known, port: found.port }
    const answer = await knock(superuserUrl(secrets))
    if (answer === 'open') {
      return readConf(house.folder) === conf(found.port) ? secrets : undefined
    }
    if (answer === 'refused') return undefined
    if (turn === 0) say(`waiting for PostgreSQL (pid ${found.pid}) in ${house.folder} to answer`)
    await pause(TURN_MS)
  }
  return undefined
}

async function adoptBeside(folder: string): Promise<Cluster | undefined> {
  const secrets = readSecrets(folder)
  if (secrets === undefined || secrets.port === 0) return undefined
  if ((await knock(url(secrets))) !== 'open') return undefined
  return handle(folder, secrets, false, NOT_OURS)
}

/** Makes the role and the database, unless both are there. */
async function arrange(folder: string, secrets: Secrets, isOld: boolean): Promise<void> {
  if (isOld && (await knock(url(secrets))) === 'open') return
  if ((await knock(superuserUrl(secrets))) === 'refused') {
    throw new ClusterUnavailable(
      `the passwords in ${join(folder, 'postgres.json')} are not those of the database beside it; remove that file and tongbao sets new ones`,
    )
  }
  await withClient(superuserUrl(secrets), async (client) => {
    // A failing statement would stand in the log, and this one holds a password.
    await client.query(`set log_min_error_statement = 'panic'; set log_statement = 'none'`)
    await client.query(`set log_min_duration_statement = -1`)
    const role = await client.query(`select 1 from pg_roles where rolname = 'tongbao'`)
    const verb = role.rowCount === 0 ? 'create' : 'alter'
    await client.query(
      `${verb} role tongbao login createdb createrole password '${secrets.password}'`,
    )
    const base = await client.query(`select 1 from pg_database where datname = 'tongbao'`)
    if (base.rowCount === 0) await client.query('create database tongbao owner tongbao')
  })
}

/** `refused` is a wrong password or a missing role; `shut` is nobody there, or not ready yet. */
async function knock(at: string): Promise<'open' | 'refused' | 'shut'> {
  try {
    return await withClient(at, async () => 'open' as const)
  } catch (error) {
    const isAnswer = error instanceof DatabaseError && error.code !== undefined
    // 57P03: starting up or shutting down. 53300: too many connections, which passes too.
    return isAnswer && !/^(57P03|53300)$/.test(error.code ?? '') ? 'refused' : 'shut'
  }
}

async function withClient<T>(at: string, act: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({
    connectionString: at,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    application_name: 'tongbao cluster',
  })
  // Without a listener a connection that breaks later would end the whole process.
  client.on('error', () => undefined)
  try {
    await client.connect()
    return await act(client)
  } finally {
    await client.end().catch(() => undefined)
  }
}

interface Stopper {
  readonly stop: () => Promise<void>
  readonly isStopping: () => boolean
  readonly waitFor: (reviving: Promise<void>) => void
}

const NOT_OURS = { stop: () => Promise.resolve(), revive: () => Promise.resolve(false) }

/**
 * The port stays, because every pool of the house knows it; if somebody took it meanwhile, the next
 * call finds PostgreSQL elsewhere, stops it and tries the old place again.
 */
const reviver =
  (house: House, { port }: Secrets, conf: (port: number) => string, stopper: Stopper) =>
  async (): Promise<boolean> => {
    const found = findPostmaster(house.data)
    if (stopper.isStopping() || found?.port === port) return false
    const { promise, resolve } = Promise.withResolvers<void>()
    stopper.waitFor(promise)
    try {
      if (found !== undefined) await stopPostmaster(house)
      if (stopper.isStopping()) return false
      return (await startPostmaster(house, port, conf)) === port
    } finally {
      resolve()
    }
  }

function stopper(house: House, release: () => void): Stopper {
  let stopping: Promise<void> | undefined
  let reviving: Promise<void> | undefined
  const stop = async () => {
    try {
      await stopPostmaster(house)
      if (reviving === undefined) return
      // What was just being started again sees its end, and whatever came of it goes too.
      await reviving
      await stopPostmaster(house)
    } finally {
      release()
    }
  }
  return {
    isStopping: () => stopping !== undefined,
    waitFor: (work) => {
      reviving = work
    },
    stop: () => {
      stopping ??= stop()
      return stopping
    },
  }
}

function handle(
  folder: string,
  secrets: Secrets,
  started: boolean,
  { stop, revive }: Pick<Cluster, 'stop' | 'revive'>,
): Cluster {
  return { url: url(secrets), superuserUrl: superuserUrl(secrets), folder, started, stop, revive }
}

function url({ password, port }: Secrets): string {
  return `postgres://tongbao:${password}@127.0.0.1:${port}/tongbao`
}

function superuserUrl({ superuserPassword, port }: Secrets): string {
  return `postgres://postgres:${superuserPassword}@127.0.0.1:${port}/postgres`
}
