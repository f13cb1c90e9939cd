/** Whether an order was placed here. Apps have orders of their own, and give them no such names. */
export const isOrderOfHouse = (orderId: string): boolean => /^ord_[0-9a-z]{26}$/.test(orderId)
