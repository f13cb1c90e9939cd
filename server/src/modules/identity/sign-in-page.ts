import { type Language, speak } from '#kernel/refusals'
import { escapeHtml } from './letters.ts'
import { EMAIL_LETTERS_MAX, PASSWORD_LETTERS_MAX } from './limits.ts'
import { page } from './page.ts'
import { identity } from './refusals.ts'

export const SIGN_IN_PATH = '/sign-in'

/** What can go wrong on the way through WeChat; the page knows these alone. */
export const PROBLEMS = [
  'banned',
  'wechat_bound',
  'wechat_denied',
  'wechat_expired',
  'wechat_other_person',
  'wechat_refused',
  'wechat_taken',
  'wechat_unavailable',
] as const
type Problem = (typeof PROBLEMS)[number]

const WORDS = {
  en: {
    title: 'Sign in',
    email: 'E-mail',
    password: 'Password',
    act: 'Sign in',
    or: 'or',
    wechat: 'Sign in with WeChat',
    code: 'Second factor',
    codeMore: 'Type the code of your authenticator app, or a backup code.',
    codeLabel: 'Code',
    codeAct: 'Continue',
    isIn: 'You are signed in',
    go: 'Continue',
    out: 'Sign out',
    offline: 'The server could not be reached. Try again.',
  },
  'zh-CN': {
    title: '登录',
    email: '邮箱',
    password: '密码',
    act: '登录',
    or: '或',
    wechat: '微信扫码登录',
    code: '两步验证',
    codeMore: '请输入身份验证器中的验证码，或备用码。',
    codeLabel: '验证码',
    codeAct: '继续',
    isIn: '您已登录',
    go: '继续',
    out: '退出登录',
    offline: '无法连接服务器，请重试。',
  },
} as const

const BUBBLES = `<svg viewBox="0 0 24 24" aria-hidden="true"><path fill="currentColor" d="M9.2 3.5C5 3.5 1.6 6.3 1.6 9.8c0 2 1.1 3.7 2.8 4.9l-.7 2.2 2.5-1.3c.9.3 1.9.4 3 .4h.6a5.5 5.5 0 0 1-.2-1.5c0-3.3 3-5.9 6.7-5.9h.5C16 5.6 12.9 3.5 9.2 3.5ZM6.7 6.8a1 1 0 1 1 0 2 1 1 0 0 1 0-2Zm5 0a1 1 0 1 1 0 2 1 1 0 0 1 0-2Zm4.6 3c-3.4 0-6.1 2.2-6.1 5s2.7 5 6.1 5c.8 0 1.6-.1 2.3-.3l2 1-.5-1.8c1.4-.9 2.3-2.3 2.3-3.9 0-2.8-2.7-5-6.1-5Zm-2 2.6a.8.8 0 1 1 0 1.6.8.8 0 0 1 0-1.6Zm4 0a.8.8 0 1 1 0 1.6.8.8 0 0 1 0-1.6Z"/></svg>`

export interface SignInPage {
  readonly wechat: boolean
  readonly problem: Problem | undefined
  readonly step: 'code' | undefined
  readonly returnPath: string | undefined
}

export function signInPage(show: SignInPage, language: Language): string {
  const words = WORDS[language]
  const hiddenUnless = (shown: boolean) => (shown ? '' : ' hidden')
  return page(
    language,
    words.title,
    `${notice(show.problem, language)}
<div class="ask"${hiddenUnless(show.step === undefined)}><h1>${words.title}</h1>
<form><label for="email">${words.email}</label>
<input id="email" name="email" type="email" autocomplete="username" required maxlength="${EMAIL_LETTERS_MAX}">
<label for="password">${words.password}</label>
<input id="password" name="password" type="password" autocomplete="current-password" required maxlength="${PASSWORD_LETTERS_MAX}">
<button>${words.act}</button></form>${show.wechat ? wechatButton(words) : ''}</div>
<div class="code"${hiddenUnless(show.step === 'code')}><h1>${words.code}</h1><p id="code-more">${words.codeMore}</p>
<form><label for="code">${words.codeLabel}</label>
<input id="code" name="code" autocomplete="one-time-code" required minlength="6" maxlength="32" aria-describedby="code-more">
<button>${words.codeAct}</button></form></div>
<div class="in" hidden><h1>${words.isIn}</h1><p class="who"></p>
<a class="button" href="${escapeHtml(show.returnPath ?? SIGN_IN_PATH)}"${hiddenUnless(show.returnPath !== undefined)}>${words.go}</a>
<button type="button" class="second out">${words.out}</button></div>
<p class="said" role="status" data-offline="${words.offline}"></p>
<script src="/assets/sign-in.js" type="module"></script>`,
  )
}

const wechatButton = ({ or, wechat }: { readonly or: string; readonly wechat: string }) =>
  `<p class="or">${or}</p><button type="button" class="second wechat">${BUBBLES}${wechat}</button>`

function notice(problem: Problem | undefined, language: Language): string {
  if (problem === undefined) return ''
  const { detail, hint = '' } = speak(identity.no(problem).refusal, language)
  const said = [detail, hint].join(language === 'en' ? ' ' : '')
  return `<p class="notice" role="alert">${escapeHtml(said)}</p>`
}
