import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import type { Route } from '#kernel/routes'

const LOGO = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" width="32" height="32"><path fill="#d6a35c" fill-rule="evenodd" d="M16 1a15 15 0 1 1 0 30 15 15 0 0 1 0-30Zm0 2a13 13 0 1 0 0 26 13 13 0 0 0 0-26Zm0 1a12 12 0 1 1 0 24 12 12 0 0 1 0-24Zm-5 7v10h10V11H11Z"/></svg>`

/** The library's page in the house's ink and paper; the address box would only lead elsewhere. */
const LOOK = `
.swagger-ui .topbar { background: #26221d; padding: 8px 0; }
.swagger-ui .topbar .download-url-wrapper { display: none; }
.swagger-ui .topbar .topbar-wrapper .link { flex: 1; max-width: none; }
.swagger-ui .topbar a img { height: 36px; width: 36px; }
.swagger-ui .topbar a::after { content: 'Tongbao 通宝'; margin-left: 12px; color: #f5f2ec; font-size: 18px; }
.swagger-ui .info { margin: 32px 0; }
.swagger-ui .scheme-container { box-shadow: none; border-block: 1px solid #e0d8ca; }
.swagger-ui .btn.authorize { color: #85551d; border-color: #85551d; }
.swagger-ui .btn.authorize svg { fill: #85551d; }
.swagger-ui, .swagger-ui .info .title, .swagger-ui .opblock-tag { font-family: system-ui, "PingFang SC", "Microsoft YaHei", sans-serif; }
html:not(.dark-mode) body { background: #fbf9f5; }
html:not(.dark-mode) .swagger-ui .scheme-container { background: #fbf9f5; }
`

/** The contract is read off the routes themselves, so it cannot say anything else than they do. */
export async function describeApi(http: FastifyInstance, version: string): Promise<void> {
  await http.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Tongbao 通宝',
        version,
        summary: 'Credits, payments, subscriptions and creator earnings for AI apps.',
        description:
          'Amounts are integers in minor units. Times are RFC 3339 in UTC. Every refusal is `application/problem+json` with a `code`; `detail` speaks the language of `Accept-Language` (en, zh-CN).',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: '/', description: 'This server' }],
      components: {
        securitySchemes: {
          bearer: {
            type: 'http',
            scheme: 'bearer',
            description: 'An API key (`tb_sk_…`) or a session token.',
          },
          session: { type: 'apiKey', in: 'cookie', name: 'tongbao.session_token' },
        },
      },
    },
    refResolver: { buildLocalReference: (json) => String(json['$id']) },
    transform: ({ schema, url, route }) => {
      const own = route.config?.route
      if (!own || own.hidden) return { schema: { hide: true }, url }
      return { schema: { ...schema, ...documentation(own) }, url }
    },
  })
  await http.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: true,
    // It would send a page that was opened over plain http to an https that may not be there.
    transformStaticCSP: (header) => header.replace(/;? ?upgrade-insecure-requests/, ''),
    uiConfig: { deepLinking: true, docExpansion: 'list', persistAuthorization: true },
    logo: { type: 'image/svg+xml', content: Buffer.from(LOGO), href: '/docs', target: '_self' },
    theme: {
      title: 'Tongbao API',
      css: [{ filename: 'tongbao.css', content: LOOK }],
      favicon: [
        { filename: 'coin.svg', rel: 'icon', sizes: 'any', type: 'image/svg+xml', content: LOGO },
      ],
    },
  })
  http.get('/openapi.json', { schema: { hide: true } }, async () => http.swagger())
}

const documentation = (route: Route): Record<string, unknown> => ({
  operationId: route.name,
  summary: route.summary,
  tags: [route.area],
  ...(route.headers && { headers: route.headers }),
  security: route.scope === 'public' ? [] : [{ bearer: [] }, { session: [] }],
  description: [
    `Scope: \`${route.scope}\`.`,
    ...Object.entries(route.refuses ?? {}).map(
      ([code, text]) => `- \`${code}\` (${text.status}): ${text.en}`,
    ),
  ].join('\n'),
  response: {
    [route.status ?? (route.answer ? 200 : 204)]: route.answer ?? {
      description: 'Done.',
      ...(route.answerType === undefined
        ? { type: 'null' }
        : { content: { [route.answerType]: { schema: { type: 'string' } } } }),
    },
    ...(route.waits && { 202: route.waits }),
    '4XX': {
      description: 'Refused; `code` says why.',
      content: { 'application/problem+json': { schema: { $ref: 'Problem#' } } },
    },
    '5XX': {
      description: 'Could not be answered.',
      content: { 'application/problem+json': { schema: { $ref: 'Problem#' } } },
    },
  },
})
