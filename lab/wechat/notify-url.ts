import { type Refusal, wrongParameter } from './answer.ts'

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]'])

/** Where notifications may go: TLS, or this machine, and no query, which WeChat Pay would cut off. */
export function refuseNotifyUrl(unchecked: string): Refusal | undefined {
  const refuse = (issue: string) => wrongParameter('/notify_url', issue)
  if (!URL.canParse(unchecked)) return refuse('no address')
  const { protocol, hostname } = new URL(unchecked)
  if (/[?#]/.test(unchecked)) return refuse('no query, and no fragment')
  const isSafe = protocol === 'https:' || (protocol === 'http:' && LOOPBACK.has(hostname))
  return isSafe ? undefined : refuse('https, or http on this machine')
}
