import { existsSync } from 'node:fs'
import { installPackages, mayInstall } from './debian.mjs'

// Plain JavaScript for Node 18 and newer: npm test asks before the pinned Node is there.

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]
// Without letters for Chinese, half of the pages would be boxes.
const PACKAGES = ['chromium', 'fonts-noto-cjk']

/** The system's own browser; undefined where there is none. */
export const chromiumPath = () =>
  [process.env.CHROMIUM, ...PLACES].find((path) => path !== undefined && existsSync(path))

/** Installs Debian's where it is missing and we may; says in a sentence what came of it, nothing where it was there. */
export function installChromium() {
  if (chromiumPath() !== undefined) return undefined
  if (!mayInstall())
    return 'There is no Chromium, and only root on Debian installs it by itself: the journeys through the pages are skipped. CHROMIUM=/path/to/chrome says where one is.'
  process.stdout.write('installing Chromium … ')
  const why = installPackages(...PACKAGES)
  return chromiumPath() === undefined
    ? `Chromium could not be installed, so the journeys through the pages are skipped: ${why}`
    : 'Chromium is installed.'
}
