import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import type { Route } from '#kernel/routes'

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
    uiConfig: { deepLinking: true, docExpansion: 'list', persistAuthorization: true },
    theme: { title: 'Tongbao API' },
  })
  http.get('/openapi.json', { schema: { hide: true } }, async () => http.swagger())
}

const documentation = (route: Route): Record<string, unknown> => ({
  operationId: route.name,
  summary: route.summary,
  tags: [route.area],
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
    '4XX': {
      description: 'Refused; `code` says why.',
      content: { 'application/problem+json': { schema: { $ref: 'Problem#' } } },
    },
    '5XX': {
      description: 'Could not be answered. The same request may be sent again.',
      content: { 'application/problem+json': { schema: { $ref: 'Problem#' } } },
    },
  },
})
