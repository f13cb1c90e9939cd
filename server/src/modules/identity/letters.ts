import type { Mail } from '#kernel/mail'
import type { Letter } from './auth.ts'

interface Words {
  readonly subject: string
  readonly hello: string
  readonly why: string
  readonly act: string
  readonly life: string
  readonly ignore: string
}

const WORDS: Readonly<Record<Letter['kind'], Readonly<Record<'en' | 'zh-CN', Words>>>> = {
  verify: {
    en: {
      subject: 'Confirm your e-mail',
      hello: 'Hello {name},',
      why: 'Please confirm that this address is yours.',
      act: 'Confirm e-mail',
      life: 'The link works for 24 hours.',
      ignore: 'If you did not sign up, ignore this mail: nothing will happen.',
    },
    'zh-CN': {
      subject: '请确认您的邮箱',
      hello: '{name}，您好：',
      why: '请确认这个邮箱属于您。',
      act: '确认邮箱',
      life: '链接 24 小时内有效。',
      ignore: '如果不是您本人注册，请忽略此邮件，不会有任何影响。',
    },
  },
  reset: {
    en: {
      subject: 'Choose a new password',
      hello: 'Hello {name},',
      why: 'Somebody, hopefully you, asked for a new password.',
      act: 'Choose a new password',
      life: 'The link works once, for one hour.',
      ignore: 'If it was not you, ignore this mail: your password stays as it is.',
    },
    'zh-CN': {
      subject: '重置密码',
      hello: '{name}，您好：',
      why: '我们收到了重置您账号密码的请求。',
      act: '设置新密码',
      life: '链接仅可使用一次，1 小时内有效。',
      ignore: '如果不是您本人操作，请忽略此邮件，密码不会改变。',
    },
  },
}

const PATHS = { verify: '/api/v1/auth/verify-email', reset: '/reset-password' } as const

export function writeLetter(letter: Letter, language: 'en' | 'zh-CN', publicUrl: string): Mail {
  const words = WORDS[letter.kind][language]
  const link = `${publicUrl}${PATHS[letter.kind]}?token=${encodeURIComponent(letter.token)}&lang=${language}`
  const hello = words.hello.replace('{name}', () => letter.to.name)
  return {
    to: letter.to.email,
    subject: words.subject,
    text: [hello, '', words.why, '', link, '', words.life, words.ignore, '', 'Tongbao 通宝'].join(
      '\n',
    ),
    html: html(language, { ...words, hello }, link),
  }
}

// Mail programs know tables and inline styles, and little else; colours hold in light and dark.
const html = (language: string, words: Words, link: string): string => `<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark">
<meta name="viewport" content="width=device-width"><title>${escapeHtml(words.subject)}</title></head>
<body style="margin:0;padding:24px 12px;background:#f5f2ec;font:16px/1.6 system-ui,'PingFang SC','Microsoft YaHei',sans-serif;color:#26221d">
<table role="presentation" width="100%" style="max-width:520px;margin:0 auto;background:#fffdf9;border:1px solid #e4ddd0;border-radius:12px">
<tr><td style="padding:28px 32px 8px;font-weight:600;letter-spacing:.02em;color:#8a5a22">Tongbao 通宝</td></tr>
<tr><td style="padding:8px 32px"><p style="margin:0 0 12px">${escapeHtml(words.hello)}</p><p style="margin:0">${escapeHtml(words.why)}</p></td></tr>
<tr><td style="padding:16px 32px"><a href="${escapeHtml(link)}" style="display:inline-block;padding:12px 22px;border-radius:8px;background:#8a5a22;color:#ffffff;text-decoration:none;font-weight:600">${escapeHtml(words.act)}</a></td></tr>
<tr><td style="padding:8px 32px 28px;font-size:14px;color:#6b6257"><p style="margin:0 0 8px">${escapeHtml(words.life)} ${escapeHtml(words.ignore)}</p><p style="margin:0;word-break:break-all">${escapeHtml(link)}</p></td></tr>
</table></body></html>
`

export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`)
