import type { ServerResponse } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeLog } from '#kernel/log'
import { APP_SECRET, type WechatStandIn, wechatStandIn } from '../../../test/wechat.ts'
import { askWechat, qrPage } from './ask-wechat.ts'

let wechat: WechatStandIn
beforeAll(async () => {
  wechat = await wechatStandIn()
})
afterAll(() => wechat.close())

const APP = 'wx1111111111111111'
const lines: string[] = []
const depsOf = () => ({
  log: makeLog('trace', { write: (line) => lines.push(line) }),
  wechat: { appid: APP, secret: APP_SECRET, openUrl: wechat.baseUrl, apiUrl: wechat.baseUrl },
})
const WHO = { openid: 'oOpenid-abcdefghijkl', unionid: 'oUnion-mnopqrstuvwx', nickname: '小明' }
const codeFor = () => {
  const to = { redirectUri: 'http://localhost/back', state: 'x', language: 'en' }
  const callback = wechat.scan(qrPage(depsOf().wechat, to), WHO)
  return new URLSearchParams(callback.split('?')[1]).get('code') ?? ''
}
const TICKET = '/sns/oauth2/access_token'
const PROFILE = '/sns/userinfo'

test('I10: a code is who has scanned, once', async () => {
  const code = codeFor()
  expect(await askWechat(depsOf(), code)).toEqual({ ok: true, value: WHO })
  expect(await askWechat(depsOf(), code)).toMatchObject({
    refusal: { code: 'wechat_refused' },
  })
})

type Answer = (reply: ServerResponse) => void
const saying =
  (text: string): Answer =>
  (reply) =>
    reply.end(text)
const WRONG: Readonly<Record<string, readonly [string, Answer]>> = {
  'a wrong secret': [TICKET, saying('{"errcode":40125,"errmsg":"invalid appsecret"}')],
  'that it is busy': [TICKET, saying('{"errcode":-1,"errmsg":"system error"}')],
  'an errcode that is no number': [TICKET, saying('{"errcode":"40029"}')],
  'no JSON': [TICKET, saying('<html>busy</html>')],
  nothing: [TICKET, saying('')],
  'a list': [TICKET, saying('[]')],
  'half an answer': [TICKET, saying('{"access_token":"x","op')],
  'no openid': [TICKET, saying('{"access_token":"x"}')],
  'no token': [TICKET, saying('{"openid":"o"}')],
  'a token of two lines': [TICKET, saying('{"openid":"o","access_token":"a\\nb"}')],
  'an openid that is none': [TICKET, saying('{"access_token":"x","openid":"a b"}')],
  'a unionid that is none': [TICKET, saying('{"access_token":"x","openid":"o","unionid":7}')],
  'too much': [PROFILE, saying(`{"openid":"${WHO.openid}","p":"${'x'.repeat(70_000)}"}`)],
  'a cut line': [TICKET, (reply) => reply.destroy()],
  'another address': [TICKET, (reply) => reply.writeHead(302, { location: '/else' }).end()],
  'a cut line at last': [PROFILE, (reply) => reply.destroy()],
  'an errcode at last': [PROFILE, saying('{"errcode":40001}')],
  'somebody else': [PROFILE, saying('{"openid":"oSomebodyElse","nickname":"x"}')],
  'another unionid': [PROFILE, saying(`{"openid":"${WHO.openid}","unionid":"oOther"}`)],
}
test.each(Object.entries(WRONG))(
  'I10: where WeChat answers with %s nobody is known',
  async (_, wrong) => {
    const code = codeFor()
    wechat.answerNext(...wrong)
    expect(await askWechat(depsOf(), code)).toMatchObject({
      ok: false,
      refusal: { code: 'wechat_unavailable' },
    })
  },
)

test('I10: the secret follows no redirect, and stands in no line about what went wrong', () => {
  expect(wechat.asked).not.toContain('/else')
  expect(lines.length).toBeGreaterThan(10)
  for (const secret of [...wechat.secrets, APP_SECRET])
    for (const line of lines) expect(line).not.toContain(secret)
})
