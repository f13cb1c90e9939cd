import { basename } from 'node:path'
import type { Source } from '../server/test/tidy/house.ts'
import { type Citation, citationsOf, type Law, lawsOnCards } from '../server/test/tidy/laws.ts'

const HEAD = `# Laws

What always holds, whoever calls and whatever breaks. Each law stands on the card of its module, is
asserted in code or by a constraint of the database, and is held by at least one test named after it.

Written by \`npm run generate\` from the cards and the code; edit those, not this page.
`

/** The page of laws. Files without line numbers, so that it changes only when a law's keepers do. */
export function renderLaws(files: readonly Source[]): string {
  const cited = citationsOf(files)
  const laws = lawsOnCards(files)
  const homes = [...new Set(laws.map(({ home }) => home))].sort()
  const sections = homes.map((home) => {
    const rows = laws.filter((law) => law.home === home).sort(byNumber)
    return [
      `## ${home}`,
      '',
      '| law | it says | asserted in | held by |',
      '| --- | --- | --- | --- |',
      ...rows.map((law) =>
        row(
          law,
          cited.filter((one) => one.law === law.law),
        ),
      ),
      '',
    ].join('\n')
  })
  return [HEAD, ...sections].join('\n')
}

const byNumber = (a: Law, b: Law): number =>
  a.law.localeCompare(b.law, 'en', { numeric: true }) || (a.path < b.path ? -1 : 1)

const row = ({ law, sentence }: Law, cited: readonly Citation[]): string => {
  const asserted = links(cited.filter(({ by }) => by !== 'test'))
  const held = links(cited.filter(({ by }) => by === 'test'))
  return `| **${law}** | ${sentence.replaceAll('|', '\\|')} | ${asserted} | ${held} |`
}

const links = (cited: readonly Citation[]): string =>
  [...new Set(cited.map(({ path }) => path))]
    .sort()
    .map((path) => `[${basename(path)}](../${path})`)
    .join(' · ') || '—'
