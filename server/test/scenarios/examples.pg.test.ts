import { Ajv } from 'ajv'
import formats from 'ajv-formats'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readContract } from '../../../tools/gen-contract.ts'
import { signUp } from '../people.ts'
import { BOOTSTRAP_KEY, openWorld, type TestWorld } from '../world.ts'

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
  readonly required?: readonly string[]
}
interface Media {
  readonly schema: Schema
  readonly example?: object
  readonly examples?: Readonly<Record<string, { readonly value: object }>>
}

let world: TestWorld
beforeAll(async () => {
  world = await openWorld({ start: true })
}, 60_000)
afterAll(() => world.close())

const { routes, openapi } = await readContract()
const { paths } = JSON.parse(openapi)
const bodies = routes.flatMap((route) => {
  const path = route.url.replaceAll(/:(\w+)/g, '{$1}')
  const media = paths[path]?.[route.method.toLowerCase()]?.requestBody?.content['application/json']
  return media ? [{ route, media: media as Media, name: `${route.method} ${path}` }] : []
})
const examplesOf = ({ example, examples }: Media): object[] =>
  example ? [example] : Object.values(examples ?? {}).map(({ value }) => value)

/** Whoever fills in every field of such a body may say things that exclude each other. */
const leavesChoice = ({ properties = {}, required = [], items }: Schema): boolean =>
  Object.keys(properties).some((name) => !required.includes(name)) ||
  [...Object.values(properties), ...(items ? [items] : [])].some(leavesChoice)

test('K16: a body that leaves a choice has an example, and each example is of the form that it shows', () => {
  const ajv = formats.default(new Ajv({ strict: false }))
  expect(bodies.length).toBeGreaterThan(30)
  expect(
    bodies
      .filter(({ media }) => leavesChoice(media.schema) && examplesOf(media).length === 0)
      .map(({ name }) => name),
  ).toEqual([])
  for (const { media, name } of bodies)
    for (const example of examplesOf(media)) {
      const isValid = ajv.validate(media.schema, example)
      expect(isValid, `${name}: ${ajv.errorsText()}`).toBe(true)
    }
})

test('K16: no rule of a call refuses its own example', async () => {
  const admin = await signUp(world, 'admin')
  const refused: unknown[] = []
  for (const { route, media, name } of bodies)
    for (const [i, body] of examplesOf(media).entries()) {
      const url = route.url.replace(':id', route.url.includes('/owners/') ? admin.id : 'x')
      const reply = await world.call(route.method, url, {
        body,
        ...(route.scope !== 'public' && { as: route.scope === 'me' ? admin.token : BOOTSTRAP_KEY }),
        headers: { 'idempotency-key': `example-${route.name}-${i}` },
      })
      // Too little, or nobody of that name, is no fault of the form.
      if (![400, 422].includes(reply.statusCode)) continue
      refused.push([name, body, reply.json()])
    }
  expect(refused).toEqual([])
})
