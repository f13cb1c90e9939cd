import { execFileSync, spawnSync } from 'node:child_process'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { publint } from 'publint'
import { build } from 'vite'
import { afterAll, beforeAll, expect, test } from 'vitest'

const SDK = join(import.meta.dirname, '..')
const BIN = join(SDK, '../node_modules/.bin')
const OPENAPI_FETCH = join(SDK, '../node_modules/openapi-fetch')
const GZIP_BYTES_MAX = 12_000
const SLOW_MS = 60_000

const folder = mkdtempSync(join(tmpdir(), 'tongbao-sdk-'))
let tarball = ''
beforeAll(() => {
  rmSync(join(SDK, 'dist'), { recursive: true, force: true })
  execFileSync(join(BIN, 'tsc'), ['-p', SDK], { stdio: 'inherit' })
  // In a cache of its own: what is packed must not depend on who packs it.
  const npm = ['pack', '--silent', '--pack-destination', folder, '--cache', join(folder, 'cache')]
  execFileSync('npm', npm, { cwd: SDK })
  tarball = join(folder, readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? 'none')
}, SLOW_MS)
afterAll(() => rmSync(folder, { recursive: true }))

test('the package is published as it says: publint finds nothing', async () => {
  const bytes = readFileSync(tarball)
  const { messages } = await publint({
    pack: { tarball: new Uint8Array(bytes).buffer },
    strict: true,
  })
  expect(messages).toEqual([])
})

test(
  'its types are found by whoever imports a module: are the types wrong finds nothing',
  () => {
    // It ends with an error where it finds something that this profile does not expect.
    const attw = [tarball, '--profile', 'esm-only', '--format', 'json']
    const said = execFileSync(join(BIN, 'attw'), attw, { encoding: 'utf8' })
    expect(JSON.parse(said).analysis.types).toEqual({ kind: 'included' })
  },
  SLOW_MS,
)

test.each(['nodenext', 'bundler'])(
  'whoever installs it runs it and is held to its types: %s',
  (moduleResolution) => {
    const home = join(folder, moduleResolution)
    mkdirSync(join(home, 'node_modules/@tongbao'), { recursive: true })
    execFileSync('tar', ['-xzf', tarball, '-C', home])
    renameSync(join(home, 'package'), join(home, 'node_modules/@tongbao/sdk'))
    symlinkSync(OPENAPI_FETCH, join(home, 'node_modules/openapi-fetch'))
    const code = `import { createTongbao } from '@tongbao/sdk'
const { available } = await createTongbao({ baseUrl: '' }).get('/api/v1/credits/balance')
export const text: string = available
`
    writeFileSync(join(home, 'app.mts'), code)
    const options = ['--noEmit', '--strict', '--target', 'es2024', '--moduleResolution']
    const module = moduleResolution === 'bundler' ? 'esnext' : moduleResolution
    const tsc = spawnSync(
      join(BIN, 'tsc'),
      ['--ignoreConfig', ...options, moduleResolution, '--module', module, 'app.mts'],
      { cwd: home, encoding: 'utf8' },
    )
    expect(tsc.stdout.trim()).toBe(
      "app.mts(3,14): error TS2322: Type 'number' is not assignable to type 'string'.",
    )
    const run = "import('@tongbao/sdk').then((sdk) => console.log(typeof sdk.createTongbao))"
    expect(execFileSync(process.execPath, ['-e', run], { cwd: home, encoding: 'utf8' })).toBe(
      'function\n',
    )
  },
  SLOW_MS,
)

test('it has nothing in it but what is needed', () => {
  const list = execFileSync('tar', ['-tzf', tarball], { encoding: 'utf8' })
  const names = list.trim().split('\n')
  expect(names).toContain('package/dist/index.js')
  expect(names).toContain('package/README.md')
  const strange = names.filter((name) => !/\/dist\/[\w.-]+\.(?:js|d\.ts)$/.test(name))
  expect(strange.sort()).toEqual(['package/README.md', 'package/package.json'])
  const { dependencies } = JSON.parse(readFileSync(join(SDK, 'package.json'), 'utf8'))
  expect(Object.keys(dependencies)).toEqual(['openapi-fetch'])
})

test(
  'with all it needs it is less than 12 kB on the wire',
  async () => {
    const built = await build({
      ...{ root: SDK, configFile: false, logLevel: 'error' },
      build: {
        lib: { entry: join(SDK, 'dist/index.js'), formats: ['es'], fileName: 'sdk' },
        ...{ write: false, minify: true, target: 'es2022' },
      },
    })
    const [one] = [built].flat()
    const code = one && 'output' in one ? one.output[0].code : ''
    const { length } = gzipSync(code, { level: 9 })
    console.log(`sdk: ${code.length} bytes, ${length} gzip`)
    expect(length).toBeGreaterThan(2_000)
    expect(length).toBeLessThan(GZIP_BYTES_MAX)
  },
  SLOW_MS,
)
