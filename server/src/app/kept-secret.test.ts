import { execFile } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, expect, test } from 'vitest'
import { keptSecret } from './kept-secret.ts'
import { StartRefused } from './start-refused.ts'

const folders: string[] = []
const newFolder = () => {
  const folder = mkdtempSync(join(tmpdir(), 'tongbao-secret-'))
  folders.push(folder)
  return folder
}
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

test('a secret is made once, for its owner only, and nothing else is left', () => {
  const folder = join(newFolder(), 'not', 'there', 'yet')
  const secret = keptSecret(folder)
  expect(secret.length).toBeGreaterThanOrEqual(32)
  expect(keptSecret(folder)).toBe(secret)
  expect(readdirSync(folder)).toEqual(['secret'])
  expect(statSync(join(folder, 'secret')).mode & 0o777).toBe(0o600)
})

test('processes that make it at the same moment all go by the same one', async () => {
  const folder = newFolder()
  const module = JSON.stringify(join(import.meta.dirname, 'kept-secret.ts'))
  const script = `import { keptSecret } from ${module}; process.stdout.write(keptSecret(${JSON.stringify(folder)}))`
  const run = () => promisify(execFile)(process.execPath, ['--input-type=module', '-e', script])
  const made = await Promise.all(Array.from({ length: 6 }, run))
  expect(new Set(made.map(({ stdout }) => stdout)).size).toBe(1)
  expect(readdirSync(folder)).toEqual(['secret'])
}, 30_000)

test.each(['', 'too short\n', `${'x'.repeat(31)}\n\n`])('a cut secret is refused: %j', (text) => {
  const folder = newFolder()
  writeFileSync(join(folder, 'secret'), text)
  expect(() => keptSecret(folder)).toThrow(StartRefused)
  expect(() => keptSecret(folder)).toThrow('fewer than 32 letters')
})

test('a folder where the secret should be is refused in a sentence', () => {
  const folder = newFolder()
  mkdirSync(join(folder, 'secret'))
  expect(() => keptSecret(folder)).toThrow(StartRefused)
  expect(() => keptSecret(folder)).toThrow('is not a file')
})

test('a data folder that cannot be made is refused in a sentence, at once', () => {
  const file = join(newFolder(), 'file')
  writeFileSync(file, 'in the way')
  const places = [file, join(file, 'deeper'), '/proc/x/y'].filter(
    (place) => place.startsWith(file) || existsSync('/proc/self'),
  )
  for (const place of places) {
    expect(() => keptSecret(place)).toThrow(StartRefused)
    expect(() => keptSecret(place)).toThrow('cannot keep a secret')
  }
})
