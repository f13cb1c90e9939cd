import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Config } from './config.ts'
import { ROOT_FOLDER } from './places.ts'

/** What the build of `web/` makes. */
const BUILT_FOLDER = join(ROOT_FOLDER, 'web/dist')
/** Files with a hash in their name: what is behind it never changes. */
const STATIC_FOLDERS = ['static', 'kit'] as const
const NOT_BUILT = `Tongbao 通宝

The pages are not built yet: run "npm start", or "node tools/build-web.mjs" beside a running server.
页面尚未构建：请运行 "npm start"，或在服务器旁运行 "node tools/build-web.mjs"。
`

type Page = 'index' | 'console' | 'kit'

interface Options {
  readonly config: Config
  readonly version: string
  readonly folder?: string
}

/** The portal, the console, and in front of a developer the kit: pages that find their own way from an address. */
export interface WebPages {
  /** Opens the files that the pages load. */
  readonly open: (http: FastifyInstance) => Promise<void>
  /** Answers what no route does, where somebody wants a page; undefined where not. */
  readonly answer: (request: FastifyRequest, reply: FastifyReply) => FastifyReply | undefined
}

export function webPages({ config, version, folder = BUILT_FOLDER }: Options): WebPages {
  const site = JSON.stringify({
    mode: config.mode,
    version,
    sandbox: config.mode !== 'production' || config.sandbox,
    wechat: config.wechatLogin !== undefined,
  })
  const isProduction = config.mode === 'production'
  const pages = new Map<Page, string>()
  const page = (name: Page): string | undefined => {
    const kept = pages.get(name)
    if (kept !== undefined) return kept
    const path = join(folder, `${name}.html`)
    if (!existsSync(path)) return undefined
    const html = withSite(readFileSync(path, 'utf8'), site)
    // Whoever builds anew beside a running server sees it at once.
    if (isProduction) pages.set(name, html)
    return html
  }
  return {
    open: async (http) => {
      for (const name of STATIC_FOLDERS)
        if (!(isProduction && name === 'kit'))
          await http.register(fastifyStatic, {
            ...{ root: join(folder, name), prefix: `/${name}/`, index: false, redirect: false },
            ...{ preCompressed: true, immutable: true, maxAge: '1y', decorateReply: false },
          })
    },
    answer: (request, reply) => {
      const path = request.url.split('?')[0] ?? '/'
      if (!wantsPage(request, path)) return undefined
      const name = pageOf(path, isProduction)
      reply.header('cache-control', 'no-store')
      // The address may hold a token: it must not travel on.
      if (path === '/reset-password') reply.header('referrer-policy', 'no-referrer')
      const html = page(name)
      if (html !== undefined) return reply.type('text/html; charset=utf-8').send(html)
      return reply.code(503).type('text/plain; charset=utf-8').send(NOT_BUILT)
    },
  }
}

const pageOf = (path: string, isProduction: boolean): Page => {
  if (path === '/console' || path.startsWith('/console/')) return 'console'
  return path === '/kit' && !isProduction ? 'kit' : 'index'
}

const NOT_PAGES = /^\/(?:api|assets|docs|static|kit)\//

/** A browser that opens an address, and no program that looks for a file. */
const wantsPage = ({ method, headers }: FastifyRequest, path: string): boolean =>
  (method === 'GET' || method === 'HEAD') &&
  /\btext\/html\b/.test(headers.accept ?? '') &&
  !NOT_PAGES.test(path) &&
  !/\.\w+$/.test(path)

const withSite = (html: string, site: string): string =>
  html.replace('name="tongbao" content=""', () => {
    const content = site.replaceAll('&', '&amp;').replaceAll('"', '&quot;')
    return `name="tongbao" content="${content}"`
  })
