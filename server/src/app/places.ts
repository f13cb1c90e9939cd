import { join } from 'node:path'

/** Where things lie in the checkout, said once. */
export const ROOT_FOLDER = join(import.meta.dirname, '../../..')
export const MIGRATIONS_FOLDER = join(ROOT_FOLDER, 'db/migrations')
