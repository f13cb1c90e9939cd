import { pageOf, safe } from '../kit/page.ts'
import type { LabReply } from '../kit/provider.ts'
import { html } from '../kit/serve.ts'
import { keep, newSecret, type Platform, type Scan } from './platform.ts'

const CODE_MS = 10 * 60_000

/** The page with the code to scan; here, with two buttons for who would scan it. */
export function connectPage(platform: Platform, url: URL): LabReply {
  const ticket = openScan(platform, url)
  if (typeof ticket !== 'string') return html(pageOf('WeChat', `<p>${safe(ticket.wrong)}</p>`), 400)
  const { appid } = scanOf(platform, ticket)
  return html(
    pageOf(
      'WeChat',
      `<p>${safe(appid)} asks who you are.</p>
<form method="post" action="/__lab/wechat-login/allow">
<input type="hidden" name="ticket" value="${safe(ticket)}">
<label>as <input name="user" value="ada"></label> <button>allow</button>
<button formaction="/__lab/wechat-login/deny">deny</button></form>`,
    ),
  )
}

/** What the page is asked for, checked; a ticket for the scan, or what is wrong. */
export function openScan(platform: Platform, url: URL): string | { readonly wrong: string } {
  const query = url.searchParams
  const app = platform.apps.get(query.get('appid') ?? '')
  if (!app) return { wrong: 'appid: no app is called so' }
  const redirectUri = query.get('redirect_uri') ?? ''
  const host = URL.canParse(redirectUri) ? new URL(redirectUri).hostname : undefined
  if (host === undefined || !app.domains.includes(host))
    return { wrong: 'redirect_uri: not in a domain that is registered for this app' }
  if (query.get('response_type') !== 'code') return { wrong: 'response_type: code is wanted' }
  if (query.get('scope') !== 'snsapi_login') return { wrong: 'scope: snsapi_login is wanted' }
  const ticket = newSecret(8)
  const state = query.get('state') ?? undefined
  keep(platform.scans, ticket, { appid: app.appid, redirectUri, state })
  return ticket
}

function scanOf({ scans }: Platform, ticket: string): Scan {
  const scan = scans.get(ticket)
  if (!scan) throw new Error('there is no such code to scan')
  return scan
}

/** Where the browser goes, once. */
export function allow(platform: Platform, ticket: string, user: string): string {
  const scan = scanOf(platform, ticket)
  platform.scans.delete(ticket)
  const code = newSecret(16)
  const expiresAt = platform.kit.now() + CODE_MS
  keep(platform.codes, code, { appid: scan.appid, user, expiresAt, used: false })
  return goal(scan, code)
}

/** The same way, without a code. */
export function deny(platform: Platform, ticket: string): string {
  const scan = scanOf(platform, ticket)
  platform.scans.delete(ticket)
  return goal(scan)
}

function goal({ redirectUri, state }: Scan, code?: string): string {
  const url = new URL(redirectUri)
  if (code !== undefined) url.searchParams.set('code', code)
  if (state !== undefined) url.searchParams.set('state', state)
  return url.href
}
