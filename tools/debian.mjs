import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

// Plain JavaScript for Node 18 and newer: npm test asks before the pinned Node is there.

const INSTALL_TIMEOUT_MS = 10 * 60_000

/** Only root on Debian installs programs by itself. */
export const mayInstall = () => process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')

/** What went wrong, in the words of apt; empty where nothing did. */
export function installPackages(...packages) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const apt = (...args) =>
    spawnSync('apt-get', ['-qq', ...args], { env, encoding: 'utf8', timeout: INSTALL_TIMEOUT_MS })
  apt('update')
  const { stderr } = apt('install', '-y', '--no-install-recommends', ...packages)
  return String(stderr).trim().slice(-500)
}
