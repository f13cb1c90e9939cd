import { makeLog } from '#kernel/log'
import type { Route } from '#kernel/routes'
import { readConfig } from '../server/src/app/config.ts'
import { buildWorld } from '../server/src/app/world.ts'

interface Contract {
  readonly routes: readonly Route[]
  readonly openapi: string
}

/** The routes and their OpenAPI document, read off a house that is wired but never opened. */
export async function readContract(): Promise<Contract> {
  const read = readConfig({
    TONGBAO_MODE: 'test',
    // Routes that stand only where they are configured belong to the contract all the same.
    TONGBAO_WECHAT_LOGIN_APPID: 'wx0000000000000000',
    TONGBAO_WECHAT_LOGIN_SECRET: 'not a secret',
  })
  if ('faults' in read) throw new Error(read.faults.join('\n'))
  const world = await buildWorld({
    config: read.config,
    databaseUrl: 'postgres://nobody@127.0.0.1:9/nowhere', // wiring opens no connection
    publicUrl: 'http://localhost:7300',
    secrets: ['not a secret, and nothing is kept with it'],
    role: undefined,
    log: makeLog('fatal', process.stderr),
  })
  await world.http.ready()
  const openapi = `${JSON.stringify(world.http.swagger(), null, 2)}\n`
  await world.http.close()
  return { routes: world.routes, openapi }
}
