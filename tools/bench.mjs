import { runCli } from './run-cli.mjs'

runCli(['bench', ...process.argv.slice(2)])
