/** What the server says of itself in each page: no page has to ask before it can be drawn. */
export interface Site {
  readonly mode: 'development' | 'test' | 'production'
  readonly version: string
  readonly sandbox: boolean
  readonly wechat: boolean
}

const UNTOLD: Site = { mode: 'development', version: '', sandbox: false, wechat: false }

const told = document.querySelector<HTMLMetaElement>('meta[name="tongbao"]')?.content ?? ''

export const site: Site = told === '' ? UNTOLD : { ...UNTOLD, ...(JSON.parse(told) as Site) }
