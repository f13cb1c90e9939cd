/**
 * Another page begins at its top, or where one left it; what is only chosen on a page and kept in its address leaves it
 * where it is.
 */
export function anotherPage(): (to: {
  readonly location: { readonly pathname: string }
}) => boolean {
  let last: string | undefined
  return ({ location: { pathname } }) => {
    const isAnother = pathname !== last
    last = pathname
    return isAnother
  }
}
