import { decimalText, parseDecimal } from '#kernel/money'

/** `1234n` → `12.34`, as Alipay writes every amount. */
export const yuanText = (fen: bigint): string => decimalText(fen, 2)

/** Exactly two digits and nothing else: what is written otherwise was not written by Alipay. */
export const parseYuan = (unchecked: string | undefined): bigint | undefined =>
  unchecked !== undefined && /^\d{1,11}\.\d{2}$/.test(unchecked)
    ? parseDecimal(unchecked, 2)
    : undefined
