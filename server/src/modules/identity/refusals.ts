import { defineRefusals } from '#kernel/refusals'

export const identity = defineRefusals({
  wrong_credentials: {
    status: 401,
    en: 'The e-mail or the password is wrong.',
    zh: '邮箱或密码不正确。',
  },
  email_taken: {
    status: 409,
    en: 'This e-mail already has an account.',
    zh: '该邮箱已注册。',
    hint: { en: 'Sign in, or ask for a new password.', zh: '请直接登录，或重置密码。' },
  },
  email_invalid: {
    status: 422,
    en: 'This e-mail address cannot be used.',
    zh: '该邮箱地址无效。',
  },
  weak_password: {
    status: 422,
    en: 'A password needs {letters_min} to {letters_max} characters.',
    zh: '密码长度须为 {letters_min} 到 {letters_max} 个字符。',
  },
  wrong_password: { status: 403, en: 'The password is wrong.', zh: '密码不正确。' },
  same_password: {
    status: 422,
    en: 'The two passwords are the same.',
    zh: '新密码与填写的当前密码相同。',
    hint: { en: 'Choose another one.', zh: '请换一个密码。' },
  },
  password_missing: {
    status: 409,
    en: 'This account has no password.',
    zh: '该账号没有密码。',
  },
  email_missing: {
    status: 409,
    en: 'This account has no e-mail address.',
    zh: '该账号没有邮箱。',
  },
  sign_in_again: {
    status: 403,
    en: 'This needs a sign-in of the last {minutes} minutes.',
    zh: '此操作要求在 {minutes} 分钟内登录过。',
    hint: { en: 'Sign in anew, then try again.', zh: '请重新登录后再试。' },
  },
  wechat_denied: {
    status: 403,
    en: 'The sign-in was not allowed in WeChat.',
    zh: '你在微信中取消了登录。',
    hint: { en: 'Begin anew if that was a mistake.', zh: '如非本意，请重新扫码。' },
  },
  wechat_expired: {
    status: 410,
    en: 'This WeChat sign-in is used up, has expired or began in another browser.',
    zh: '此次微信登录已使用、已过期，或不是在此浏览器中发起的。',
    hint: { en: 'Begin anew.', zh: '请重新扫码。' },
  },
  wechat_refused: {
    status: 401,
    en: 'WeChat did not confirm this sign-in.',
    zh: '微信未确认此次登录。',
    hint: { en: 'Begin anew.', zh: '请重新扫码。' },
  },
  wechat_unavailable: {
    status: 503,
    en: 'WeChat cannot be asked just now.',
    zh: '暂时无法连接微信。',
    hint: {
      en: 'Try again in a moment, or sign in in another way.',
      zh: '请稍后重试，或使用其他方式登录。',
    },
  },
  wechat_other_person: {
    status: 409,
    en: 'This was begun by somebody else than who is signed in in this browser now.',
    zh: '发起绑定的账号与此浏览器当前登录的账号不同。',
    hint: { en: 'Sign in and begin anew.', zh: '请登录后重新发起绑定。' },
  },
  wechat_taken: {
    status: 409,
    en: 'This WeChat belongs to another account.',
    zh: '该微信已绑定其他账号。',
    hint: {
      en: 'Sign in with WeChat to use that account.',
      zh: '可使用微信登录该账号。',
    },
  },
  wechat_bound: {
    status: 409,
    en: 'This account has a WeChat already.',
    zh: '该账号已绑定微信。',
    hint: { en: 'Unbind it first.', zh: '请先解除绑定。' },
  },
  wechat_not_bound: {
    status: 409,
    en: 'This account has no WeChat.',
    zh: '该账号未绑定微信。',
  },
  only_way_in: {
    status: 409,
    en: 'Without WeChat nothing would open this account any more.',
    zh: '微信是登录该账号的唯一方式，不能解除绑定。',
  },
  wrong_code: {
    status: 401,
    en: 'The code is wrong or used up.',
    zh: '验证码错误或已失效。',
  },
  too_many_codes: {
    status: 429,
    en: 'Too many wrong codes; wait a while and sign in again.',
    zh: '验证码错误次数过多，请稍后重新登录。',
  },
  link_expired: {
    status: 410,
    en: 'This link is used up or has expired.',
    zh: '链接已使用或已过期。',
    hint: { en: 'Ask for a new one.', zh: '请重新获取。' },
  },
  second_factor_off: {
    status: 409,
    en: 'The second factor is not switched on.',
    zh: '尚未开启两步验证。',
  },
  second_factor_on: {
    status: 409,
    en: 'The second factor is already on; switch it off to set it up anew.',
    zh: '两步验证已开启；如需重新设置请先关闭。',
  },
  second_factor_needed: {
    status: 403,
    en: 'Staff need a second factor here.',
    zh: '员工账号须先开启两步验证。',
    hint: {
      en: 'Switch it on with POST /api/v1/auth/two-factor/enable.',
      zh: '请通过 POST /api/v1/auth/two-factor/enable 开启。',
    },
  },
  banned: { status: 403, en: 'This account is closed.', zh: '该账号已被封禁。' },
  session_unknown: { status: 404, en: 'No such session.', zh: '没有这个会话。' },
  time_zone_unknown: {
    status: 422,
    en: '{time_zone} is not a time zone like Asia/Shanghai.',
    zh: '{time_zone} 不是有效的时区（如 Asia/Shanghai）。',
  },
  person_unknown: { status: 404, en: 'No such person.', zh: '没有这个用户。' },
  own_account: {
    status: 409,
    en: 'Somebody else has to do this to your account.',
    zh: '不能对自己的账号执行此操作。',
  },
  last_admin: {
    status: 409,
    en: 'The house needs an admin; make another one first.',
    zh: '至少需要一名管理员，请先指定另一名。',
  },
  key_unknown: { status: 404, en: 'No such key.', zh: '没有这个密钥。' },
  scope_not_held: {
    status: 403,
    en: 'You cannot give away {scope}, which you do not hold.',
    zh: '不能授予你自己没有的权限 {scope}。',
  },
  key_fields_clash: {
    status: 422,
    en: 'These fields do not go together: {fields}.',
    zh: '这些字段不能同时使用：{fields}。',
  },
  range_invalid: {
    status: 422,
    en: '{range} is not an address or a range like 10.0.0.0/8.',
    zh: '{range} 不是有效的地址或网段（如 10.0.0.0/8）。',
  },
  expiry_past: { status: 422, en: 'The expiry lies in the past.', zh: '过期时间已过。' },
})
