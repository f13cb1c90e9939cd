export { openCheckout } from './open-checkout.ts'
export { ORDER_STATES } from './order-states.ts'
export { payeeOf } from './payee.ts'
