/** Why the house cannot open, in one sentence an operator can act on; printed without a stack. */
export class StartRefused extends Error {
  override readonly name = 'StartRefused'
}
