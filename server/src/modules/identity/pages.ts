import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { done } from '#kernel/outcome'
import type { Language } from '#kernel/refusals'
import { defineRoute, type Route } from '#kernel/routes'
import { page } from './page.ts'

const WORDS = {
  en: {
    confirmed: 'Your e-mail is confirmed',
    confirmedMore: 'You can close this page, or go on from here.',
    on: 'Go to the home page',
    expired: 'This link no longer works',
    expiredMore: 'It was used already or has expired. Sign in and ask for a new one.',
  },
  'zh-CN': {
    confirmed: '邮箱已确认',
    confirmedMore: '您可以关闭此页面，或继续前往首页。',
    on: '前往首页',
    expired: '链接已失效',
    expiredMore: '链接已使用或已过期，请登录后重新获取。',
  },
} as const

export const emailConfirmedPage = (confirmed: boolean, language: Language): string => {
  const words = WORDS[language]
  const [title, more] = confirmed
    ? [words.confirmed, words.confirmedMore]
    : [words.expired, words.expiredMore]
  return page(
    language,
    title,
    `<h1>${title}</h1><p>${more}</p><a class="button" href="/">${words.on}</a>`,
  )
}

/** The looks of the few pages that the server writes itself; all others are the portal's. */
export function pageRoutes(): Route[] {
  const css = readFileSync(join(import.meta.dirname, 'assets/plain.css'), 'utf8')
  return [
    defineRoute({
      method: 'GET',
      url: '/assets/plain.css',
      scope: 'public',
      name: 'asset_plain_css',
      summary: 'plain.css',
      area: 'pages',
      hidden: true,
      handle: async ({ reply }) => {
        await reply
          .type('text/css; charset=utf-8')
          .header('cache-control', 'public, max-age=3600')
          .send(css)
        return done(undefined)
      },
    }),
  ]
}
