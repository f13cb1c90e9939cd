import type { Refusal } from '#kernel/outcome'
import { defineRefusals } from '#kernel/refusals'

/** Every "no" the door itself says, before any module was asked. */
export const door = defineRefusals({
  invalid_request: {
    status: 400,
    en: 'The request is not of the form this call takes.',
    zh: '请求格式不正确。',
    hint: { en: 'See `errors` for each field.', zh: '各字段的问题见 `errors`。' },
  },
  unauthenticated: {
    status: 401,
    en: 'Sign in, or send a valid key.',
    zh: '请先登录，或提供有效的密钥。',
    hint: {
      en: 'Send `Authorization: Bearer …` with an API key or a session token.',
      zh: '请在 `Authorization: Bearer …` 中提供 API 密钥或会话令牌。',
    },
  },
  forbidden: {
    status: 403,
    en: 'You have no right to this.',
    zh: '没有这项权限。',
    hint: {
      en: 'It needs the scope {scope}: a role that has it, or a key that names it.',
      zh: '需要权限 {scope}：由管理员分配含有该权限的角色，或使用带有该权限的密钥。',
    },
  },
  foreign_origin: {
    status: 403,
    en: 'A page of another site may not act with your session.',
    zh: '其他网站的页面不能使用你的会话。',
    hint: {
      en: 'Requests with a session cookie need an `Origin` header of this site; scripts use a bearer token.',
      zh: '带会话 Cookie 的请求需要本站的 `Origin` 头；脚本请使用 Bearer 令牌。',
    },
  },
  cursor_invalid: {
    status: 400,
    en: 'This cursor is not one that a page of this list gave out.',
    zh: '该游标不是此列表分页返回的游标。',
    hint: {
      en: 'Pass `next_cursor` on unchanged, or leave it out to begin anew.',
      zh: '请原样传回 `next_cursor`，或去掉它从头开始。',
    },
  },
  not_found: { status: 404, en: 'There is nothing here.', zh: '没有找到。' },
  method_not_allowed: {
    status: 405,
    en: 'This address does not take {method}.',
    zh: '此地址不支持 {method}。',
  },
  payload_too_large: {
    status: 413,
    en: 'The body is larger than {bytes_max} bytes.',
    zh: '请求体超过 {bytes_max} 字节。',
  },
  unsupported_media_type: {
    status: 415,
    en: 'Send the body as application/json.',
    zh: '请求体须为 application/json。',
  },
  rate_limited: {
    status: 429,
    en: 'Too many requests; try again in {retry_after_s} s.',
    zh: '请求过于频繁，请在 {retry_after_s} 秒后重试。',
  },
  internal: {
    status: 500,
    en: 'Something broke on our side.',
    zh: '服务器内部出错。',
    hint: {
      en: 'Look before you send it again whether it happened; tell support the request_id.',
      zh: '重试前请先确认操作是否已生效；请把 request_id 告诉客服。',
    },
  },
  unavailable: {
    status: 503,
    en: 'The service cannot answer just now; try again in a moment.',
    zh: '服务暂时不可用，请稍后再试。',
  },
})

/** The form again, for a time or a day: what a pattern refuses there says nothing to a person. */
export const timeNotIso = (example: string): Refusal => ({
  ...door.no('invalid_request', { example }).refusal,
  text: {
    ...door.texts.invalid_request,
    hint: {
      en: 'Times are written as ISO 8601 says, like {example}; see `errors` for the field.',
      zh: '时间须采用 ISO 8601 格式，例如 {example}；具体字段见 `errors`。',
    },
  },
})
