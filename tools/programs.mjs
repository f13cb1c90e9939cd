import { existsSync } from 'node:fs'
import { installPackages, mayInstall } from './debian.mjs'

// Plain JavaScript for Node 18 and newer: npm test asks before the pinned Node is there.

const PLACES = ['/usr/bin', '/usr/local/bin', '/opt/homebrew/bin']
const placeOf = (program) =>
  PLACES.map((folder) => `${folder}/${program}`).find((path) => existsSync(path))

/** Undefined where it is not installed; as with Chromium. Only the program is used, not Debian's service. */
export const redisPath = () => placeOf('redis-server')
export const hledgerPath = () => placeOf('hledger')

const PROGRAMS = [
  {
    path: redisPath,
    name: 'redis-server',
    untested: 'what two servers tell each other through Redis',
  },
  {
    path: hledgerPath,
    name: 'hledger',
    untested: 'whether hledger finds the journal of the books sound',
  },
]

/** Installs what tests of the server are better with where we may; says what came of it, nothing where all was there. */
export function installPrograms() {
  const said = PROGRAMS.filter(({ path }) => path() === undefined).map(installed)
  return said.length === 0 ? undefined : said.join('\n')
}

function installed({ path, name, untested }) {
  if (!mayInstall())
    return `There is no ${name}, and only root on Debian installs it by itself: ${untested} is not tested.`
  const why = installPackages(name)
  return path() === undefined
    ? `${name} could not be installed, so ${untested} is not tested: ${why}`
    : `${name} is installed.`
}
