import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import Type from 'typebox'
import { done } from '#kernel/outcome'
import type { Language } from '#kernel/refusals'
import { defineRoute, type Route } from '#kernel/routes'
import { PASSWORD_LETTERS_MAX, PASSWORD_LETTERS_MIN } from './limits.ts'
import { page } from './page.ts'
import { Locale, ReturnPath, strict } from './shapes.ts'
import { PROBLEMS, SIGN_IN_PATH, signInPage } from './sign-in-page.ts'

const WORDS = {
  en: {
    confirmed: 'Your e-mail is confirmed',
    confirmedMore: 'You can close this page.',
    expired: 'This link no longer works',
    expiredMore: 'It was used already or has expired. Sign in and ask for a new one.',
    choose: 'Choose a new password',
    chooseMore: 'After that you are signed out everywhere and sign in anew.',
    password: 'New password',
    letters: `${PASSWORD_LETTERS_MIN} characters or more.`,
    save: 'Save password',
    saved: 'Your password is changed',
    savedMore: 'Sign in with the new one.',
    offline: 'The server could not be reached. Try again.',
  },
  'zh-CN': {
    confirmed: '邮箱已确认',
    confirmedMore: '您可以关闭此页面。',
    expired: '链接已失效',
    expiredMore: '链接已使用或已过期，请登录后重新获取。',
    choose: '设置新密码',
    chooseMore: '保存后所有设备都会退出登录，请用新密码重新登录。',
    password: '新密码',
    letters: `至少 ${PASSWORD_LETTERS_MIN} 个字符。`,
    save: '保存密码',
    saved: '密码已修改',
    savedMore: '请使用新密码登录。',
    offline: '无法连接服务器，请重试。',
  },
} as const

export const emailConfirmedPage = (confirmed: boolean, language: Language): string => {
  const words = WORDS[language]
  const [title, more] = confirmed
    ? [words.confirmed, words.confirmedMore]
    : [words.expired, words.expiredMore]
  return page(language, title, `<h1>${title}</h1><p>${more}</p>`)
}

const resetPasswordPage = (language: Language): string => {
  const words = WORDS[language]
  return page(
    language,
    words.choose,
    `<div class="ask"><h1>${words.choose}</h1><p>${words.chooseMore}</p>
<form data-offline="${words.offline}"><label for="password">${words.password}</label>
<input id="password" name="password" type="password" autocomplete="new-password" required
 minlength="${PASSWORD_LETTERS_MIN}" maxlength="${PASSWORD_LETTERS_MAX}" aria-describedby="letters">
<p class="hint" id="letters">${words.letters}</p><button>${words.save}</button>
<p class="said" role="status"></p></form></div>
<div class="done" hidden><h1>${words.saved}</h1><p>${words.savedMore}</p></div>
<script src="/assets/reset-password.js" type="module"></script>`,
  )
}

const ASSETS = {
  'plain.css': 'text/css; charset=utf-8',
  'reset-password.js': 'text/javascript; charset=utf-8',
  'sign-in.js': 'text/javascript; charset=utf-8',
} as const

/** The few pages that mails and WeChat lead to, until the portal has its own. */
export function pageRoutes({ wechat }: { readonly wechat: boolean }): Route[] {
  const assets = (Object.keys(ASSETS) as (keyof typeof ASSETS)[]).map((name) => {
    const text = readFileSync(join(import.meta.dirname, 'assets', name), 'utf8')
    return defineRoute({
      method: 'GET',
      url: `/assets/${name}`,
      scope: 'public',
      name: `asset_${name.replace(/\W/g, '_')}`,
      summary: name,
      area: 'pages',
      hidden: true,
      handle: async ({ reply }) => {
        await reply.type(ASSETS[name]).header('cache-control', 'public, max-age=3600').send(text)
        return done(undefined)
      },
    })
  })
  return [
    ...assets,
    defineRoute({
      method: 'GET',
      url: SIGN_IN_PATH,
      scope: 'public',
      name: 'sign_in_page',
      summary: 'Where people sign in',
      area: 'pages',
      hidden: true,
      query: Type.Object(
        {
          lang: Type.Optional(Locale),
          problem: Type.Optional(Type.Union(PROBLEMS.map((code) => Type.Literal(code)))),
          step: Type.Optional(Type.Literal('code')),
          return_to: Type.Optional(ReturnPath),
        },
        strict,
      ),
      handle: async ({ reply, query, language }) => {
        const { lang, problem, step, return_to: returnPath } = query
        reply.header('cache-control', 'no-store')
        await reply
          .type('text/html; charset=utf-8')
          .send(signInPage({ wechat, problem, step, returnPath }, lang ?? language))
        return done(undefined)
      },
    }),
    defineRoute({
      method: 'GET',
      url: '/reset-password',
      scope: 'public',
      name: 'reset_password_page',
      summary: 'The page the reset mail leads to',
      area: 'pages',
      hidden: true,
      query: Type.Object(
        { token: Type.Optional(Type.String({ maxLength: 500 })), lang: Type.Optional(Locale) },
        strict,
      ),
      handle: async ({ reply, query, language }) => {
        // The token is in the address: it must not travel on in a referrer or stay in a cache.
        reply.header('cache-control', 'no-store').header('referrer-policy', 'no-referrer')
        await reply.type('text/html; charset=utf-8').send(resetPasswordPage(query.lang ?? language))
        return done(undefined)
      },
    }),
  ]
}
