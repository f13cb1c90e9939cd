import { join } from 'node:path'
import { installed } from './install.mjs'
import { runProgram } from './run-cli.mjs'

// The lab's certificates and its mail server come with the packages for tests.
runProgram(installed(), join('lab', 'main.ts'), process.argv.slice(2))
