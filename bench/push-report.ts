import { rounded } from './goals.ts'
import type { Push } from './push.ts'
import { circumstances, whereAndWhen } from './report.ts'

const GOALS = { p99_ms: 1_000, storm_ms: 10_000, kilobytes: 20 } as const

export const pushAnswer = (push: Push) => ({
  ...{ connections: push.connections, nodes: push.nodes, redis: push.redis },
  push_p50_ms: rounded(push.flow.slice.p50Ms),
  push_p99_ms: rounded(push.flow.slice.p99Ms),
  told: push.flow.slice.count,
  missing: push.flow.missing + push.storm.missing,
  storm_ms: Math.round(push.storm.tookMs),
  storm_resets: push.storm.resets,
  kilobytes_each: rounded(push.kilobytesEach),
  rss_megabytes: Math.round(push.rssMegabytes),
  ...circumstances(push.postgres),
})

export function pushReport(push: Push): string[] {
  const said = pushAnswer(push)
  const over =
    push.nodes === 1
      ? 'one node'
      : `${push.nodes} nodes, ${push.redis ? 'Redis' : 'PostgreSQL'} between them`
  return [
    `${said.connections} connections to ${over}: of ${said.told} balances half were told in ${said.push_p50_ms} ms, 99 of a hundred in ${said.push_p99_ms} ms from the moment the charge was sent (goal: < ${GOALS.p99_ms}); ${said.missing} were not told.`,
    `Cut off all at once, all were back in ${said.storm_ms} ms (goal: < ${GOALS.storm_ms}), each told what it had missed, ${said.storm_resets} of them to fetch anew.`,
    `A connection costs ${said.kilobytes_each} kB of memory (goal: ≤ ${GOALS.kilobytes}); with all of them the server has ${said.rss_megabytes} MB.`,
    '',
    ...whereAndWhen(push.postgres),
  ]
}

export const pushPage = (push: Push): string =>
  `${[
    '# How soon a watcher is told',
    '',
    'Written by `npm run bench -- push --write`. What is measured stands in [README.md](README.md).',
    '',
    ...pushReport(push),
  ].join('\n')}\n`
