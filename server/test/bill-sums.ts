/** What a day's list says came in and went back, in minor units. */
export interface BillSums {
  readonly paid: bigint
  readonly back: bigint
  readonly rows: number
}

interface Row {
  readonly kind: 'payment' | 'refund' | 'other'
  readonly amount: bigint
}

/** Reads the list of a channel as its provider writes it, by the names of the columns. */
export function billSums(channel: string, text: string): BillSums {
  const rows = (READERS[channel]?.(text) ?? []).filter(({ kind }) => kind !== 'other')
  const sum = (wanted: Row['kind']) =>
    rows.reduce((all, { kind, amount }) => (kind === wanted ? all + amount : all), 0n)
  return { paid: sum('payment'), back: sum('refund'), rows: rows.length }
}

const READERS: Readonly<Record<string, (text: string) => readonly Row[]>> = {
  // A backtick before every cell, and two lines of sums at the end.
  wechat: (text) =>
    table(text.replaceAll('`', '').split('\r\n').slice(0, -3)).map((cell) => {
      const isPaid = cell('交易状态') === 'SUCCESS'
      const amount = fen(cell(isPaid ? '应结订单金额' : '退款金额'))
      return { kind: isPaid ? 'payment' : 'refund', amount }
    }),
  alipay: (text) =>
    table(text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))).map((cell) => {
      const isPaid = cell('业务类型') === '交易'
      const amount = fen(cell('订单金额（元）').replace('-', ''))
      return { kind: isPaid ? 'payment' : 'refund', amount }
    }),
  stripe: (text) =>
    table(text.trimEnd().split('\n')).map((cell) => {
      const kind = { charge: 'payment', refund: 'refund' } as const
      const type = cell('type') as keyof typeof kind
      return { kind: kind[type] ?? 'other', amount: BigInt(cell('amount')) }
    }),
  paypal: (text) =>
    table(text.trimEnd().split('\n')).map((cell) => {
      const kind = { T0006: 'payment', T1107: 'refund' } as const
      const code = cell('code') as keyof typeof kind
      return { kind: kind[code] ?? 'other', amount: BigInt(cell('gross').replace('-', '')) }
    }),
}

const fen = (yuan: string): bigint => BigInt(yuan.replace('.', ''))

/** No cell of a test's bill holds a comma. */
function table([head = '', ...lines]: readonly string[]) {
  const names = head.replace('\uFEFF', '').split(',')
  return lines.map((line) => {
    const cells = line.split(',').map((cell) => cell.trim())
    return (name: string): string => cells[names.indexOf(name)] ?? ''
  })
}
