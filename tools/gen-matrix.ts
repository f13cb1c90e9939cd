import { ROLES, SCOPES_OF } from '#identity'
import { admits, NOBODY, type Principal, type Route } from '#kernel/routes'

const HEAD = `# Who may call what

Generated from the routes and the roles by \`npm run generate\`; a test calls every route as every role and fails
when an answer differs from this table. \`●\` comes in, \`·\` is turned away. Whoever comes in by \`me\` sees and
changes only what is their own; a key comes in by the scopes it was given, whatever its role.
`

/** Somebody with exactly this role, as the door sees them. */
export const principalWith = (role: (typeof ROLES)[number]): Principal => ({
  ...NOBODY,
  kind: role === 'service' ? 'key' : 'person',
  id: role,
  roles: [role],
  scopes: new Set(SCOPES_OF[role]),
  by: 'bearer',
})

/** The permission matrix: a row for each route, a column for nobody and for each role. */
export function renderMatrix(routes: readonly Route[]): string {
  const columns = [NOBODY, ...ROLES.map(principalWith)]
  const names = ['nobody', ...ROLES]
  const rows = [...routes]
    .sort((a, b) => (`${a.url} ${a.method}` < `${b.url} ${b.method}` ? -1 : 1))
    .map((route) => {
      const marks = columns.map((principal) => (admits(route.scope, principal) ? '●' : '·'))
      return `| ${route.method} | \`${route.url}\` | \`${route.scope}\` | ${marks.join(' | ')} |`
    })
  return [
    HEAD,
    `| | route | scope | ${names.join(' | ')} |`,
    `| --- | --- | --- | ${names.map(() => ':-:').join(' | ')} |`,
    ...rows,
    '',
  ].join('\n')
}
