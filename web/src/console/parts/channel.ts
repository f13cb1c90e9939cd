import { useTerm } from '~/console/parts/term.ts'

interface At {
  readonly channel: string
  readonly account: string | null
}

/** Which account of which provider: the account is called as the operator named it. */
export function useChannel(): (at: At) => string {
  const term = useTerm()
  return ({ channel, account }) =>
    [term('channel', channel), account].filter((one) => one !== null).join(' / ')
}
