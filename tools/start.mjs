import { buildWeb } from './build-web.mjs'
import { fail, installed } from './install.mjs'
import { runCli } from './run-cli.mjs'

try {
  buildWeb(installed({ dev: false }))
} catch (error) {
  fail(error.message)
}
runCli(['serve', ...process.argv.slice(2)])
