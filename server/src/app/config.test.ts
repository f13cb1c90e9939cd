import { expect, test } from 'vitest'
import { readConfig } from './config.ts'

const faultsOf = (env: Record<string, string>): readonly string[] => {
  const read = readConfig(env)
  return 'faults' in read ? read.faults : []
}
const configOf = (env: Record<string, string>) => {
  const read = readConfig(env)
  if ('faults' in read) throw new Error(read.faults.join('\n'))
  return read.config
}

test('an empty environment is a sound development house', () => {
  expect(configOf({})).toMatchObject({
    mode: 'development',
    host: '127.0.0.1',
    port: 7300,
    databaseUrl: undefined,
    secrets: undefined,
    trustProxy: false,
    grantLimit: 10_000,
    signUpCredits: 520,
  })
})

test('every fault is told at once, each with its name, none with a secret', () => {
  const faults = faultsOf({
    TONGBAO_MODE: 'live',
    PORT: '99999',
    DATABASE_URL: 'mysql://me:hunter2@db',
    REDIS_URL: 'nonsense',
    TONGBAO_SECRET: 'hunter2',
    TONGBAO_BOOTSTRAP_KEY: 'hunter2',
    TONGBAO_LOG_LEVEL: 'loud',
    TONGBAO_GRANT_LIMIT: 'plenty',
    TONGBAO_SIGN_UP_CREDITS: '-1',
  })
  expect(faults.map((fault) => fault.split(' ')[0])).toEqual([
    'TONGBAO_MODE',
    'PORT',
    'DATABASE_URL',
    'REDIS_URL',
    'TONGBAO_SECRET',
    'TONGBAO_BOOTSTRAP_KEY',
    'TONGBAO_LOG_LEVEL',
    'TONGBAO_GRANT_LIMIT',
    'TONGBAO_SIGN_UP_CREDITS',
  ])
  expect(faults.join()).not.toContain('hunter2')
})

test('production needs a secret and its own address, and takes no bootstrap key', () => {
  const faults = faultsOf({ TONGBAO_MODE: 'production', TONGBAO_BOOTSTRAP_KEY: 'x'.repeat(40) })
  expect(faults.map((fault) => fault.split(' ')[0])).toEqual([
    'TONGBAO_SECRET',
    'TONGBAO_BOOTSTRAP_KEY',
    'TONGBAO_PUBLIC_URL',
    'TONGBAO_SMTP_URL',
  ])
})

test('several secrets are a rotation: the first is the newest', () => {
  const [newer, older] = ['n'.repeat(32), 'o'.repeat(32)]
  expect(configOf({ TONGBAO_SECRET: `${newer}, ${older}` }).secrets).toEqual([newer, older])
})

test('WeChat is configured whole or not at all, and over https in production', () => {
  const [appid, secret] = ['TONGBAO_WECHAT_LOGIN_APPID', 'TONGBAO_WECHAT_LOGIN_SECRET'] as const
  expect(configOf({}).wechatLogin).toBeUndefined()
  expect(configOf({ [appid]: 'wx0123456789abcdef', [secret]: 's' }).wechatLogin).toEqual({
    appid: 'wx0123456789abcdef',
    secret: 's',
    openUrl: 'https://open.weixin.qq.com',
    apiUrl: 'https://api.weixin.qq.com',
  })
  expect(faultsOf({ [appid]: 'wx0123456789abcdef' })).toEqual([
    'TONGBAO_WECHAT_LOGIN_SECRET is needed beside TONGBAO_WECHAT_LOGIN_APPID',
  ])
  expect(faultsOf({ [secret]: 'hunter2' })).toEqual([
    'TONGBAO_WECHAT_LOGIN_APPID is needed beside TONGBAO_WECHAT_LOGIN_SECRET',
  ])
  expect(faultsOf({ [appid]: 'not an appid', [secret]: 'hunter2' })).toHaveLength(1)
  const lab = { [appid]: 'wx1', [secret]: 's', TONGBAO_WECHAT_LOGIN_API_URL: 'http://localhost:1' }
  expect(configOf(lab).wechatLogin?.apiUrl).toBe('http://localhost:1')
  expect(faultsOf({ ...lab, TONGBAO_MODE: 'production' }).join()).toContain('LOGIN_API_URL must be')
  expect(faultsOf({ ...lab, TONGBAO_WECHAT_LOGIN_API_URL: 'http://h/path' })).toHaveLength(1)
})

test.each(['-1', '1.5', 'http', '65536', '080000'])('PORT=%s is refused', (port) => {
  expect(faultsOf({ PORT: port })).toHaveLength(1)
})

test('the public address is one origin, spelled as browsers spell it', () => {
  expect(configOf({ TONGBAO_PUBLIC_URL: 'http://LocalHost:7411/' }).publicUrl).toBe(
    'http://localhost:7411',
  )
  expect(configOf({ TONGBAO_PUBLIC_URL: 'https://host:443' }).publicUrl).toBe('https://host')
  for (const url of ['https://h/foo?x=1', 'https://user:pw@h', 'https://h/shop'])
    expect(faultsOf({ TONGBAO_PUBLIC_URL: url }).join(), url).not.toContain('pw')
  expect(faultsOf({ TONGBAO_PUBLIC_URL: 'https://user:pw@h' })).toHaveLength(1)
})

test('proxies are counted or named, never simply believed', () => {
  expect(configOf({ TONGBAO_TRUST_PROXY: '2' }).trustProxy).toBe(2)
  expect(configOf({ TONGBAO_TRUST_PROXY: '10.0.0.0/8, ::1' }).trustProxy).toEqual([
    '10.0.0.0/8',
    '::1',
  ])
  for (const value of ['yes', 'true', '0', '10', 'proxy.local'])
    expect(faultsOf({ TONGBAO_TRUST_PROXY: value }), value).toHaveLength(1)
})

test('K15: a crash is planned in tests alone, and only where there is such a place', () => {
  const planned = { TONGBAO_CRASH_AT: 'teller.answered:12' }
  expect(configOf({ TONGBAO_MODE: 'test', ...planned }).crashAt).toEqual({
    point: 'teller.answered',
    nth: 12,
  })
  for (const mode of ['development', 'production'])
    expect(faultsOf({ TONGBAO_MODE: mode, ...planned }).join()).toContain('TONGBAO_CRASH_AT')
  for (const value of ['nowhere', 'teller.answered:0', 'teller.answered:x', 'teller.answered:1:1'])
    expect(faultsOf({ TONGBAO_MODE: 'test', TONGBAO_CRASH_AT: value }), value).toHaveLength(1)
})
