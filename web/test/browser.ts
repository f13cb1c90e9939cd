import { join } from 'node:path'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { onTestFailed } from 'vitest'
import { chromiumPath } from '../../tools/chromium.mjs'
import { type Manner, SIZES } from './manners.ts'
import { type Say, wordsOf } from './words.ts'

const STEP_MS = 15_000
/** Where pictures lie; git does not look there. */
export const SCREENS = join(import.meta.dirname, 'screens')

export async function openBrowser(): Promise<Browser> {
  const executablePath = chromiumPath()
  if (executablePath === undefined)
    throw new Error('there is no Chromium: install it, or say in CHROMIUM where it is')
  return chromium.launch({
    executablePath,
    // Its own walls need rights that a container's root does not have.
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  })
}

/** Somebody in front of a screen. */
export interface Visitor {
  readonly page: Page
  readonly context: BrowserContext
  readonly say: Say
  readonly manner: Manner
  /** What the browser complained about: scripts that broke, and what the policy did not let through. */
  readonly complaints: readonly string[]
  /** Ends the visit; a complaint is a fault of the page. */
  leave(): Promise<void>
}

/** Each from an address of their own, as the server counts calls by them. */
let visitors = 0
const nextAddress = (): string => {
  visitors += 1
  return `10.77.${(visitors >> 8) & 255}.${visitors & 255}`
}

interface Shown {
  readonly base: string
  /** What the server has said, for whoever must find out why a test failed. */
  readonly logged: () => string
}

export async function visit(
  browser: Browser,
  { base, logged }: Shown,
  manner: Manner,
): Promise<Visitor> {
  const context = await browser.newContext({
    baseURL: base,
    viewport: SIZES[manner.size],
    locale: manner.language,
    timezoneId: 'Asia/Shanghai',
    colorScheme: manner.theme,
    // What moves is looked at by people; here it would only be caught half way.
    reducedMotion: 'reduce',
    hasTouch: manner.size === 'phone',
    extraHTTPHeaders: { 'x-forwarded-for': nextAddress() },
  })
  context.setDefaultTimeout(STEP_MS)
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.stack || String(error)))
  page.on('console', (message) => {
    // A refusal is an answer, and the browser says each aloud.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      complaints.push(message.text())
  })
  const answers: string[] = []
  page.on('response', (answer) => {
    const url = new URL(answer.url())
    if (!url.pathname.startsWith('/static/'))
      answers.push(`${answer.status()} ${answer.request().method()} ${url.pathname}`)
  })
  page.on('requestfailed', (request) =>
    answers.push(`${request.failure()?.errorText} ${new URL(request.url()).pathname}`),
  )
  onTestFailed(async ({ task }) => {
    const name = task.name.replaceAll(/\W+/g, '-').slice(0, 60)
    const path = join(SCREENS, 'failed', `${name}.${manner.language}.${manner.size}.png`)
    await page.screenshot({ path, fullPage: true }).catch(() => undefined)
    // The picture stays where it was taken; what failed elsewhere is read in what it printed.
    const shown = await page
      .locator('body')
      .ariaSnapshot()
      .catch(() => '(nothing)')
    const said = { url: page.url(), shown: shown.slice(0, 3_000), complaints }
    const log = logged()
      .split('\n')
      .filter((line) => !line.includes('/static/'))
      .slice(-15)
    const last = { answers: answers.slice(-30), log }
    process.stderr.write(
      `${task.name} stopped at ${JSON.stringify({ ...said, ...last }, null, 2)}\n`,
    )
    await context.close()
  })
  return {
    ...{ page, context, manner, complaints },
    say: await wordsOf(manner.language),
    leave: async () => {
      await context.close()
      if (complaints.length > 0) throw new Error(`the browser complains:\n${complaints.join('\n')}`)
    },
  }
}
