import { expect } from 'vitest'
import type { Visitor } from './browser.ts'

/** Opens a page and waits until everything on it is there: a heading, and nothing that is still to come. */
export async function open({ page }: Visitor, path: string): Promise<void> {
  await page.goto(path)
  await page.getByRole('heading', { level: 1 }).first().waitFor()
  await complete({ page })
}

export async function complete({ page }: Pick<Visitor, 'page'>): Promise<void> {
  await expect.poll(() => page.locator('[aria-busy="true"]').count()).toBe(0)
  await isSaid({ page })
}

/** A list of words that a page did not bring along: it shows their names instead. */
const NAME = /\b(?:billing|console|credits|kit|portal|settings|shell|sign-in|top-up):[a-z_]+\b/

export async function isSaid({ page }: Pick<Visitor, 'page'>): Promise<void> {
  expect(NAME.exec((await page.locator('body').ariaSnapshot()) ?? '')?.[0]).toBeUndefined()
}

/** In a table at a desk, on cards on a phone: the other one is there but hidden. */
export const seen = ({ page }: Pick<Visitor, 'page'>, text: string): Promise<void> =>
  page.getByText(text).filter({ visible: true }).first().waitFor()
