import { existsSync } from 'node:fs'
import { installPackages, mayInstall } from './debian.mjs'

// Plain JavaScript for Node 18 and newer: npm test asks before the pinned Node is there.

/** Undefined where it is not installed. */
export const redisPath = () =>
  ['/usr/bin/redis-server', '/usr/local/bin/redis-server', '/opt/homebrew/bin/redis-server'].find(
    (path) => existsSync(path),
  )

/** As with Chromium: installed where we may, else said in a sentence. Only the program is used, not Debian's service. */
export function installRedis() {
  if (redisPath() !== undefined) return undefined
  if (!mayInstall())
    return 'There is no redis-server, and only root on Debian installs it by itself: what two servers tell each other through Redis is not tested.'
  const why = installPackages('redis-server')
  return redisPath() === undefined
    ? `redis-server could not be installed, so what two servers tell each other through Redis is not tested: ${why}`
    : 'redis-server is installed.'
}
