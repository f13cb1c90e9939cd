import type { Language } from '#kernel/refusals'
import { escapeHtml } from './letters.ts'

const MARK = `<p class="mark"><svg viewBox="0 0 32 32" aria-hidden="true"><path fill="currentColor" fill-rule="evenodd" d="M16 1a15 15 0 1 1 0 30 15 15 0 0 1 0-30Zm0 2a13 13 0 1 0 0 26 13 13 0 0 0 0-26Zm0 1a12 12 0 1 1 0 24 12 12 0 0 1 0-24Zm-5 7v10h10V11H11Z"/></svg>Tongbao 通宝</p>`

/** For a page that stands under the API, whose answers may load nothing: this one needs its looks. */
export const PAGE_POLICY = "default-src 'none';style-src 'self';frame-ancestors 'none'"

/** One of the few plain pages; the body is ours already, the title not yet. */
export const page = (language: Language, title: string, body: string): string => `<!doctype html>
<html lang="${language}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><title>${escapeHtml(title)} · Tongbao</title>
<link rel="stylesheet" href="/assets/plain.css"></head>
<body><main>${MARK}${body}</main></body></html>
`
