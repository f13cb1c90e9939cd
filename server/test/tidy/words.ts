import { codeOf, type Fault, fault, type House } from './house.ts'
import { withoutComments } from './text.ts'

interface Word {
  /** What an escape calls it. */
  readonly kind: string
  readonly ban: RegExp
  readonly better: string
  readonly where: RegExp
  readonly except?: RegExp
  /** Also where it stands in a comment. */
  readonly inComments?: true
}

const ALL_CODE = /\.(?:ts|tsx|mts)$/
const SERVER = /^server\/src\/.*\.ts$/
const TESTS = /\.test\.tsx?$/

const BANNED: readonly Word[] = [
  {
    kind: 'clock',
    ban: /\bDate\.now\b|\bnew Date\(\)/,
    better: 'take a Clock from the kernel',
    where: SERVER,
    except: /^server\/src\/(?:kernel\/clock[\w.-]*|app\/.*)\.ts$/,
  },
  {
    kind: 'clock',
    // Business time has one clock, and a person may move it; the database's own does not follow.
    ban: /(?<![.\w])(?:now\(\)|current_timestamp\b|localtimestamp\b)/i,
    better: 'bind clock.now(), or clock_timestamp() where the machine is meant',
    where: /^(?:server\/src\/modules\/.*\.ts|db\/migrations\/.*\.sql)$/,
  },
  {
    kind: 'dice',
    ban: /\bMath\.random\b|\brandomUUID\b/,
    better: 'take NewId or Dice from the kernel',
    where: /^server\/.*\.ts$/,
    except: /^server\/src\/kernel\//,
  },
  {
    kind: 'float',
    ban: /\bparseFloat\b|\.toFixed\(/,
    better: 'money is bigint; format it at the edge with the kernel',
    where: SERVER,
    except: /^server\/src\/kernel\/money/,
  },
  {
    kind: 'cast',
    ban: /\bas any\b|\bas unknown as\b/,
    better: 'write a parser, or a Brand with its cast in one place',
    where: ALL_CODE,
  },
  {
    kind: 'env',
    ban: /\bprocess\.env\b/,
    better: 'read it in app/config.ts and hand it in',
    where: /^server\/.*\.ts$/,
    // The two ways in hand the environment to config, which reads it.
    except: /^server\/src\/app\/(?:config[\w.-]*|cli|main)\.ts$/,
  },
  {
    kind: 'console',
    ban: /\bconsole\.\w+/,
    better: 'take a Log from the kernel',
    where: SERVER,
    except: /^server\/src\/app\/cli/,
  },
  {
    kind: 'errand',
    ban: /\b(?:FIXME|XXX|TODO(?!\s*\(?#\d))/,
    better: 'finish it before it lands, or name its issue: TODO #12',
    where: ALL_CODE,
    inComments: true,
  },
  {
    kind: 'sleep',
    ban: /\bsetTimeout\(|\bsleep\(|timers\/promises/,
    better: 'await the event itself, or move the clock',
    where: TESTS,
  },
  {
    kind: 'skip',
    ban: /\b(?:it|test|describe|suite)(?:\.\w+)*\.(?:skip|only|todo)\b/,
    better: 'a test runs or is deleted',
    where: TESTS,
  },
  {
    kind: 'mock',
    ban: /\bvi\.(?:do)?[mM]ock\(/,
    better: 'use the real thing, or a fake on the far side of a wall',
    where: TESTS,
  },
]

/** A banned word comes with the word to use instead. */
export const words = (house: House): Fault[] =>
  codeOf(house, /\.(?:ts|tsx|mts|sql)$/).flatMap(({ path, text }) => {
    const bans = BANNED.filter(({ where, except }) => where.test(path) && !except?.test(path))
    if (bans.length === 0) return []
    const bare = withoutComments(path, text).split('\n')
    return text.split('\n').flatMap((raw, i) =>
      bans.flatMap(({ kind, ban, better, inComments }) => {
        const word = (inComments ? raw : (bare[i] ?? '')).match(ban)?.[0]
        return word === undefined ? [] : [{ ...fault(path, i + 1, `'${word}'`, better), kind }]
      }),
    )
  })

// Written so that neither pattern matches its own line.
const PRIVATE: readonly { readonly ban: RegExp; readonly better: string }[] = [
  {
    ban: /(?<![\w.~}-])\/(?:(?:work|root)\/|(?:home|Users)\/\w|tmp\/bash)[\w./-]*/,
    better: 'write a path from the root of the repository',
  },
  {
    ban: /\bhttps?:\/\/[\w.-]*(?:registry|npmmirror|artifactory|nexus|verdaccio)[\w.-]*/i,
    better: 'leave the choice of registry to whoever installs',
  },
]

/** Nothing in the repository tells on whose machine it was written, or from where that one downloads. */
export const privacy = ({ files }: House): Fault[] =>
  files.flatMap(({ path, text }) =>
    text.split('\n').flatMap((line, i) =>
      PRIVATE.flatMap(({ ban, better }) => {
        const found = line.match(ban)?.[0]
        return found === undefined ? [] : [fault(path, i + 1, `'${found}'`, better)]
      }),
    ),
  )
