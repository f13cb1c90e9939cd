import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** What axe finds, a line each: how bad, what, and where. */
export async function barriers(page: Page): Promise<string[]> {
  // Legacy mode: there are no frames of strangers, and a second page would be a second visitor.
  const { violations } = await new AxeBuilder({ page }).withTags(RULES).setLegacyMode().analyze()
  return violations.flatMap(({ id, impact, nodes }) =>
    nodes.map(({ target, failureSummary = '' }) => {
      const why = failureSummary.split('\n').slice(1).join(' ').trim()
      return `${impact} ${id}: ${target.join(' ')} (${why})`
    }),
  )
}

export const isGrave = (barrier: string): boolean => /^(?:serious|critical)/.test(barrier)
