import { type Fault, invalid } from './answer.ts'
import type { Form } from './form.ts'

const TEXT_LETTERS_MAX = 5000
const METADATA_KEYS_MAX = 50
const METADATA_KEY_LETTERS_MAX = 40
const METADATA_VALUE_LETTERS_MAX = 500

/**
 * Reads what one endpoint knows. The first fault is remembered, and something of the right type comes back in its
 * place: whoever reads asks for `fault()` once, before doing anything.
 */
export interface Params {
  text(name: string, lettersMax?: number): string | undefined
  needText(name: string, lettersMax?: number): string
  integer(name: string): number | undefined
  needInteger(name: string): number
  flag(name: string): boolean | undefined
  oneOf<W extends string>(name: string, words: readonly W[]): W | undefined
  currency(name: string): string | undefined
  needCurrency(name: string): string
  url(name: string): string | undefined
  needUrl(name: string): string
  texts(name: string): string[] | undefined
  metadata(name: string): Record<string, string>
  has(name: string): boolean
  group(name: string): Params
  needList(name: string): Params[]
  blame(fault: Fault): void
  /** The first thing wrong; a name that nobody asked for is wrong too. */
  fault(): Fault | undefined
}

interface Reading {
  readonly faults: Fault[]
  readonly unknown: (() => string | undefined)[]
}

const CURRENCIES = new Set(Intl.supportedValuesOf('currency').map((code) => code.toLowerCase()))

export const readParams = (form: Form): Params => paramsOf(form, '', { faults: [], unknown: [] })

function paramsOf(form: Form, prefix: string, reading: Reading): Params {
  const known = new Set<string>(['expand'])
  const named = (name: string): string => (prefix === '' ? name : `${prefix}[${name}]`)
  const blame = (fault: Fault): void => void reading.faults.push(fault)
  reading.unknown.push(() => {
    const name = Object.keys(form).find((one) => !known.has(one))
    return name === undefined ? undefined : named(name)
  })
  const raw = (name: string): string | Form | undefined => {
    known.add(name)
    return form[name]
  }
  const read = <T>(name: string, parse: (text: string) => T | undefined, wrong: string) => {
    const field = raw(name)
    if (field === undefined) return undefined
    const parsed = typeof field === 'string' ? parse(field) : undefined
    if (parsed === undefined) blame(wrongFault(field, named(name), wrong))
    return parsed
  }
  const need = <T>(name: string, parsed: T | undefined, instead: T): T => {
    if (parsed === undefined && !(name in form)) blame(missingFault(named(name)))
    return parsed ?? instead
  }
  const groupOf = (name: string): Form => {
    const field = raw(name)
    if (typeof field !== 'string') return field ?? {}
    if (field !== '') blame(invalid(`Invalid object for ${named(name)}`, { param: named(name) }))
    return {}
  }
  const self: Params = {
    text: (name, max = TEXT_LETTERS_MAX) =>
      read(name, (text) => (text.length > 0 && text.length <= max ? text : undefined), 'string'),
    needText: (name, max) => need(name, self.text(name, max), ''),
    integer: (name) => read(name, integerOf, 'integer'),
    needInteger: (name) => need(name, self.integer(name), 0),
    flag: (name) => read(name, flagOf, 'boolean'),
    oneOf: (name, words) =>
      read(name, (text) => words.find((word) => word === text), `one of ${words.join(', ')}`),
    currency: (name) =>
      read(name, (text) => (CURRENCIES.has(text) ? text : undefined), 'lower-case currency'),
    needCurrency: (name) => need(name, self.currency(name), ''),
    url: (name) => read(name, (text) => (URL.canParse(text) ? text : undefined), 'URL'),
    needUrl: (name) => need(name, self.url(name), ''),
    texts: (name) => {
      if (!(name in form)) return undefined
      return Object.values(groupOf(name)).map((one) => (typeof one === 'string' ? one : ''))
    },
    metadata: (name) => metadataOf(groupOf(name), named(name), blame),
    has: (name) => name in form,
    group: (name) => paramsOf(groupOf(name), named(name), reading),
    needList: (name) =>
      Object.entries(need(name, name in form ? groupOf(name) : undefined, {})).map(([i, one]) =>
        paramsOf(typeof one === 'string' ? {} : one, `${named(name)}[${i}]`, reading),
      ),
    blame,
    fault: () => reading.faults[0] ?? unknownFault(reading),
  }
  return self
}

const integerOf = (text: string): number | undefined => {
  const value = /^-?\d{1,15}$/.test(text) ? Number(text) : Number.NaN
  return Number.isSafeInteger(value) ? value : undefined
}

const flagOf = (text: string): boolean | undefined =>
  text === 'true' ? true : text === 'false' ? false : undefined

function metadataOf(
  form: Form,
  name: string,
  blame: (fault: Fault) => void,
): Record<string, string> {
  const entries = Object.entries(form)
  const fits = entries.every(
    ([key, value]) =>
      typeof value === 'string' &&
      key.length <= METADATA_KEY_LETTERS_MAX &&
      value.length <= METADATA_VALUE_LETTERS_MAX,
  )
  if (!fits || entries.length > METADATA_KEYS_MAX)
    blame(
      invalid('Metadata takes 50 keys of 40 letters, with texts of 500 letters.', { param: name }),
    )
  // An empty text takes a key away, so it never becomes one.
  const kept = entries.filter(([, value]) => value !== '').map(([key, value]) => [key, value])
  return Object.fromEntries(kept)
}

const wrongFault = (field: string | Form, param: string, wrong: string): Fault =>
  field === ''
    ? invalid(`You passed an empty string for '${param}', which cannot be unset.`, {
        code: 'parameter_invalid_empty',
        param,
      })
    : invalid(`Invalid ${wrong} for ${param}`, {
        param,
        ...(wrong === 'integer' && { code: 'parameter_invalid_integer' }),
        ...(wrong === 'URL' && { code: 'url_invalid' }),
      })

const missingFault = (param: string): Fault =>
  invalid(`Missing required param: ${param}.`, { code: 'parameter_missing', param })

function unknownFault({ unknown }: Reading): Fault | undefined {
  const param = unknown.map((find) => find()).find((name) => name !== undefined)
  return param === undefined
    ? undefined
    : invalid(`Received unknown parameter: ${param}`, { code: 'parameter_unknown', param })
}
