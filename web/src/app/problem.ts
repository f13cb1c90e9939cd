import { TongbaoError as Problem } from '@tongbao/sdk'

/** A refusal of the server, or that nothing was heard of it; its `message` speaks the reader's language. */
export { Problem }

export const problemOf = (error: unknown): Problem =>
  error instanceof Problem
    ? error
    : new Problem({ code: 'page_broken', status: -1, detail: String(error) })

/** Whether what was asked may have happened all the same: then nobody says that it failed. */
export const isUnknown = (error: unknown): boolean => {
  if (!(error instanceof Problem)) return false
  return error.status === 0 || error.status >= 500
}

/** What the server says is wrong with a field of the body: `faultOf(error, 'email')`. */
export function faultOf(error: unknown, field: string): string | undefined {
  if (!(error instanceof Problem)) return undefined
  const path = `/${field}`
  const fault = error.errors.find(
    ({ pointer }) => pointer === path || pointer.startsWith(`${path}/`),
  )
  return fault?.detail
}
