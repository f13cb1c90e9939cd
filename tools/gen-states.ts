import { ORDER_STATES } from '#checkout'
import { ATTEMPT_STATES, DISPUTE_STATES, REFUND_STATES, TRANSFER_STATES } from '#payments'

type Table = Readonly<Record<string, Readonly<Record<string, string>>>>

const DRAWN: readonly (readonly [string, string, Table])[] = [
  ['Orders', 'What somebody ordered.', ORDER_STATES],
  ['Attempts', 'One way to pay an order, at one account of a provider.', ATTEMPT_STATES],
  ['Refunds', 'Money on its way back.', REFUND_STATES],
  ['Disputes', 'Money that a payer asks their bank for.', DISPUTE_STATES],
  ['Transfers', 'Money on its way to a person.', TRANSFER_STATES],
]

/** The tables that the code moves by, drawn: an arrow that is not here is refused. */
export const renderStates = (): string =>
  `${[
    '# States',
    '',
    'Generated from the tables in the code by `npm run generate`. An event that has no arrow changes nothing, or is refused.',
    ...DRAWN.flatMap(([title, what, table]) => [
      '',
      `## ${title}`,
      '',
      what,
      '',
      ...drawing(table),
    ]),
  ].join('\n')}\n`

const drawing = (table: Table): string[] => [
  '```mermaid',
  'stateDiagram-v2',
  `  [*] --> ${Object.keys(table)[0]}`,
  ...Object.entries(table).flatMap(([state, moves]) => arrows(state, moves)),
  '```',
]

/** Events that lead to the same place share an arrow. */
function arrows(from: string, moves: Readonly<Record<string, string>>): string[] {
  const by = new Map<string, string[]>()
  for (const [event, to] of Object.entries(moves))
    if (to !== 'same' && to !== 'never') by.set(to, [...(by.get(to) ?? []), event])
  return [...by].map(([to, events]) => `  ${from} --> ${to}: ${events.join(', ')}`)
}
