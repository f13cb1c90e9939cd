import type { Visitor } from './browser.ts'
import { seen } from './open.ts'

/** Opens the proposal that was made for this reason. */
export async function openProposal({ page }: Visitor, reason: string): Promise<void> {
  await page.goto('/console/approvals')
  const row = page.locator('tr, li').filter({ hasText: reason }).filter({ visible: true })
  await row.getByRole('button').first().click()
  await page.getByRole('dialog').getByText(reason).waitFor()
}

export const approveName = ({ say }: Visitor) => ({
  name: say('console', 'approvals.approve'),
  exact: true,
})

/** A second person agrees to it. */
export async function approve(visitor: Visitor, reason: string): Promise<void> {
  const { page, say } = visitor
  await openProposal(visitor, reason)
  await page.getByRole('button', approveName(visitor)).click()
  await page
    .getByRole('dialog', { name: say('console', 'approvals.approve_title') })
    .getByRole('button', approveName(visitor))
    .click()
  await seen(visitor, say('console', 'approvals.approve_done'))
}
