import { type Answer, type Issue, refuse } from './answer.ts'
import { type Money, type MoneyIssue, parseMoney } from './money.ts'

/**
 * Reads a JSON body. What is wrong is collected with its place, and something of the right type comes back instead:
 * whoever reads asks for `refusal()` before doing anything.
 */
export interface Reading {
  text(name: string, lettersMax: number): string | undefined
  needText(name: string, lettersMax: number): string
  oneOf<W extends string>(name: string, words: readonly W[]): W | undefined
  money(name: string): Money | undefined
  needMoney(name: string): Money
  url(name: string): string | undefined
  has(name: string): boolean
  group(name: string): Reading
  list(name: string): Reading[]
  /** Against the schema: a 400. */
  malformed(name: string, issue: string): void
  /** Against a rule: a 422, where the schema was kept. */
  unfit(name: string, issue: string, description?: string): void
  refusal(): Answer | undefined
}

const WORDS: Readonly<Record<string, string>> = {
  MISSING_REQUIRED_PARAMETER: 'A required field is missing.',
  INVALID_PARAMETER_SYNTAX: 'The value of a field does not conform to the expected format.',
  INVALID_PARAMETER_VALUE: 'The value of a field is invalid.',
  INVALID_STRING_LENGTH: 'The value of a field is either too short or too long.',
  INVALID_ARRAY_MAX_ITEMS: 'The number of items in an array parameter is too large.',
  CURRENCY_NOT_SUPPORTED: 'Currency code is not currently supported.',
  DECIMALS_NOT_SUPPORTED: 'Currency does not support decimals.',
  DECIMAL_PRECISION:
    'If the currency supports decimals, only two decimal place precision is supported.',
  CANNOT_BE_NEGATIVE: 'Must be greater than or equal to zero.',
  CANNOT_BE_ZERO_OR_NEGATIVE: 'Must be greater than zero.',
  MAX_VALUE_EXCEEDED: 'Should be less than or equal to 999999999999.99.',
}
const URL_LETTERS_MAX = 2048
const MONEY_LETTERS_MAX = 32

interface Found {
  readonly schema: Issue[]
  readonly rules: Issue[]
}

export const readBody = (body: unknown): Reading => readingOf(body, '', { schema: [], rules: [] })

function readingOf(unchecked: unknown, at: string, found: Found): Reading {
  const fields = fieldsOf(unchecked)
  const place = (name: string): string => `${at}/${name}`
  const add = (to: Issue[], name: string, issue: string, description = WORDS[issue] ?? issue) =>
    void to.push({ field: place(name), issue, description })
  const malformed = (name: string, issue: string): void => add(found.schema, name, issue)
  const need = <T>(name: string, read: T | undefined, instead: T): T => {
    if (read === undefined && !self.has(name)) malformed(name, 'MISSING_REQUIRED_PARAMETER')
    return read ?? instead
  }
  const checked = (name: string, isRight: (text: string) => boolean, issue: string) => {
    const value = fields.get(name)
    if (value === undefined) return undefined
    if (typeof value === 'string' && isRight(value)) return value
    malformed(name, typeof value === 'string' ? issue : 'INVALID_PARAMETER_SYNTAX')
    return undefined
  }
  const self: Reading = {
    text: (name, max) =>
      checked(name, (text) => text.length > 0 && text.length <= max, 'INVALID_STRING_LENGTH'),
    needText: (name, max) => need(name, self.text(name, max), ''),
    oneOf: (name, words) => {
      const text = self.text(name, Math.max(...words.map(({ length }) => length)))
      const word = words.find((one) => one === text)
      if (text !== undefined && word === undefined) malformed(name, 'INVALID_PARAMETER_VALUE')
      return word
    },
    money: (name) => {
      if (!self.has(name)) return undefined
      const group = self.group(name)
      const currency = group.needText('currency_code', 3)
      const value = group.needText('value', MONEY_LETTERS_MAX)
      if (currency === '' || value === '') return undefined
      const money = parseMoney(value, currency)
      if (typeof money !== 'string') return money
      object(group, money)
      return undefined
    },
    // Not nought: what was not read is not blamed for being nothing, too.
    needMoney: (name) => need(name, self.money(name), { amount: 1, currency: 'USD' }),
    url: (name) =>
      checked(
        name,
        (text) => text.length <= URL_LETTERS_MAX && URL.canParse(text),
        'INVALID_PARAMETER_SYNTAX',
      ),
    has: (name) => fields.has(name),
    group: (name) => readingOf(fields.get(name), place(name), found),
    list: (name) => {
      const value = fields.get(name)
      return Array.isArray(value)
        ? value.map((one, i) => readingOf(one, `${place(name)}/${i}`, found))
        : []
    },
    malformed,
    unfit: (name, issue, description) => add(found.rules, name, issue, description),
    refusal: () =>
      found.schema.length > 0
        ? refuse(400, found.schema)
        : found.rules.length > 0
          ? refuse(422, found.rules)
          : undefined,
  }
  return self
}

/** A wrong spelling is against the schema; a right one that PayPal will not take is against a rule. */
const object = (group: Reading, issue: MoneyIssue): void =>
  issue === 'INVALID_PARAMETER_SYNTAX'
    ? group.malformed('value', issue)
    : group.unfit(issue === 'CURRENCY_NOT_SUPPORTED' ? 'currency_code' : 'value', issue)

const fieldsOf = (unchecked: unknown): ReadonlyMap<string, unknown> =>
  typeof unchecked === 'object' && unchecked !== null && !Array.isArray(unchecked)
    ? new Map(Object.entries(unchecked))
    : new Map()
