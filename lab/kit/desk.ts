import type { Replay } from './deliveries.ts'
import { parseFault } from './faults.ts'
import type { Lab } from './open-lab.ts'
import { HOME, labPage, noPage } from './page.ts'
import type { Json, LabReply, LabRequest, Provider } from './provider.ts'
import { html, json, type Outcome } from './serve.ts'

type Desked = Omit<Lab, 'page' | 'close'>

const REPLAYS_MAX = 1_000
const DELIVERIES_SHOWN = 100

/** What is served under `/__lab` on every port: the page, the books, the menu of faults, and what people do. */
export function openDesk(
  lab: Desked,
  providerOf: (name: string) => Provider | undefined,
): (request: LabRequest) => Promise<Outcome> {
  return async (request) => ({ kind: 'reply', reply: await answer(request) })

  async function answer(request: LabRequest): Promise<LabReply> {
    if (!isOurs(request)) return json(403, { message: 'another site has no business here' })
    const [first = '', ...rest] = request.url.pathname.split('/').slice(2)
    const provider = providerOf(first)
    const key = `${request.method} ${first}`
    if (provider && request.method === 'GET') return provider.handle(request)
    if (provider && request.method === 'POST') return act(first, rest.join('/'), request)
    if (key === 'POST deliveries') return replay(rest, request)
    return (await simple([key, ...rest].join('/'), request)) ?? NOT_HERE
  }

  async function simple(key: string, request: LabRequest): Promise<LabReply | undefined> {
    switch (key) {
      case 'GET ':
        return html(labPage(lab, (name) => providerOf(name)?.waiting?.() ?? []))
      case 'GET books':
        return json(200, lab.books())
      case 'GET accounts':
        return json(200, Object.fromEntries(lab.names.map((name) => [name, lab.account(name)])))
      case 'GET deliveries':
        return json(200, shown(request))
      case 'GET settled':
        await lab.settled()
        return json(200, { settled: true })
      case 'GET faults':
        return json(200, lab.faults())
      case 'DELETE faults':
        lab.clearFaults()
        return json(200, lab.faults())
      case 'POST faults':
        return addFault(request)
      default: {
        const name = lab.names.find((one) => key === `GET accounts/${one}`)
        return name === undefined ? undefined : account(name)
      }
    }
  }

  /** As the body of a request that sets it. */
  function account(name: string): LabReply {
    const { channel: _, ...wanted } = lab.account(name)
    return json(200, { ...wanted, enabled: true })
  }

  function shown({ url }: LabRequest) {
    const provider = url.searchParams.get('provider')
    const all = lab.deliveries().filter((one) => provider === null || one.provider === provider)
    return all.slice(-(Number(url.searchParams.get('last')) || DELIVERIES_SHOWN))
  }

  function addFault(request: LabRequest): LabReply {
    const unchecked = readInput(request)
    if (!unchecked) return UNREADABLE
    if (unchecked['fault'] === 'none') lab.clearFaults()
    else {
      const fault = parseFault(unchecked, lab.names)
      if (typeof fault === 'string') return json(400, { message: fault })
      lab.fault(fault)
    }
    return isForm(request) ? seeOther(HOME) : json(200, lab.faults())
  }

  async function act(name: string, control: string, request: LabRequest): Promise<LabReply> {
    const input = readInput(request)
    if (!input) return UNREADABLE
    const { next, ...wanted } = input
    try {
      if (!isForm(request)) return json(200, await lab.control(name, control, input))
      const done = await lab.control(name, control, wanted)
      return seeOther(goalOf(next, done['location']))
    } catch (error) {
      return cannotBe(error instanceof Error ? error.message : String(error), request)
    }
  }

  async function replay([n, word]: readonly string[], request: LabRequest): Promise<LabReply> {
    const input = readInput(request)
    if (word !== 'replay' || !/^\d{1,9}$/.test(n ?? '')) return NOT_HERE
    const how = input && parseReplay(input)
    if (!how) return UNREADABLE
    if (!lab.deliveries().some((one) => one.n === Number(n))) return NOT_HERE
    const statuses = await lab.replay(Number(n), how)
    return isForm(request) ? seeOther(HOME) : json(200, { statuses })
  }
}

const NOT_HERE = json(404, { message: 'nothing here; docs/lab.md says what there is' })
const UNREADABLE = json(400, { message: 'a JSON object is wanted' })

const cannotBe = (message: string, request: LabRequest): LabReply =>
  isForm(request) ? html(noPage(message), 400) : json(400, { message })

/** A payer goes where the provider sends them; who presses a button of the lab's own page stays there. */
const goalOf = (next: unknown, location: unknown): string =>
  String(next === HOME ? HOME : (location ?? next ?? HOME))

const seeOther = (location: string): LabReply => ({ status: 303, headers: { location } })

/** curl calls whatever it sends a form. */
const isForm = ({ headers, body }: LabRequest): boolean =>
  headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true &&
  body.length > 0 &&
  body.at(0) !== '{'.charCodeAt(0)

/**
 * A page of another site may make a browser on this machine send requests here, under a name of its own that leads to
 * 127.0.0.1 even.
 */
function isOurs({ url, headers }: LabRequest): boolean {
  if (!['127.0.0.1', 'localhost'].includes(url.hostname)) return false
  return headers['origin'] === undefined || headers['origin'] === url.origin
}

/** JSON, nothing, or a form of one of the pages: what it does not spell as text stands in its field `input`. */
function readInput(request: LabRequest): Json | undefined {
  const text = request.body.toString('utf8')
  if (!isForm(request)) return text === '' ? {} : parseObject(text)
  const { input = '{}', ...fields } = Object.fromEntries(new URLSearchParams(text))
  const filled = Object.entries(fields).filter(([, value]) => value !== '')
  const parsed = parseObject(input)
  return parsed && { ...parsed, ...Object.fromEntries(filled.map(asNumber)) }
}

const NUMBERS = new Set(['times', 'share', 'ms', 'amount'])
const asNumber = ([name, value]: [string, string]): [string, unknown] => [
  name,
  NUMBERS.has(name) ? Number(value) : value,
]

function parseObject(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
    return Object.fromEntries(Object.entries(value))
  } catch {
    return undefined
  }
}

function parseReplay({ times, fresh, url, ...unknown }: Json): Replay | undefined {
  if (Object.keys(unknown).length > 0) return undefined
  if (times !== undefined && !(Number.isInteger(times) && Number(times) > 0)) return undefined
  if (fresh !== undefined && typeof fresh !== 'boolean') return undefined
  if (url !== undefined && !(typeof url === 'string' && URL.canParse(url))) return undefined
  return {
    ...(times !== undefined && { times: Math.min(Number(times), REPLAYS_MAX) }),
    ...(fresh !== undefined && { fresh }),
    ...(url !== undefined && { url }),
  }
}
