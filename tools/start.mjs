import { runCli } from './run-cli.mjs'

runCli(['serve', ...process.argv.slice(2)])
