/**
 * The plan of the house. A module may need only modules on lower floors; the tidy test reads this table.
 * Audit lies under everything: whoever acts writes its line there, in the same transaction.
 */
export const modules = {
  audit: { floor: 0, needs: [] },
  identity: { floor: 1, needs: ['audit'] },
  ledger: { floor: 1, needs: [] },
  proposals: { floor: 1, needs: ['audit'] },
  catalog: { floor: 2, needs: ['audit'] },
  credits: { floor: 2, needs: ['audit', 'identity', 'ledger', 'proposals'] },
  payments: { floor: 2, needs: ['audit', 'ledger', 'proposals'] },
  checkout: { floor: 3, needs: ['audit', 'catalog', 'credits', 'payments', 'proposals'] },
  reports: {
    floor: 5,
    needs: ['audit', 'checkout', 'identity', 'ledger', 'payments', 'proposals'],
  },
  realtime: { floor: 5, needs: ['credits', 'identity', 'ledger'] },
} as const satisfies Record<string, { floor: number; needs: readonly string[] }>
