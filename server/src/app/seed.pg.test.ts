import { afterAll, expect, test } from 'vitest'
import { listProducts } from '#catalog'
import { openWorld } from '../../test/world.ts'
import { demoProducts, layOut } from './seed.ts'

const world = await openWorld()
afterAll(() => world.close())

const shelf = async () =>
  (await listProducts(world.db)).map(({ id, type, terms }) => [
    ...[id, type, terms.prices[0]?.amount, terms.credits],
  ])

test('CT7: in an empty house a preset has the ids from 1 on, and the demo adds nothing to it', async () => {
  expect(await shelf()).toEqual([])
  expect(await layOut(world, 'credits')).toBe(4)
  expect(await layOut(world, 'credits')).toBe(0)
  expect(await demoProducts(world)).toBe(0)
  expect(await shelf()).toEqual([
    [1, 'recharge', 1_000n, 100n],
    [2, 'recharge', 5_000n, 500n],
    [3, 'recharge', 10_000n, 1_000n],
    [4, 'recharge', 50_000n, 5_000n],
  ])
})

test('CT7: a demo house that sells nothing yet sells what SkyRiff did, the month card as 5', async () => {
  const other = await openWorld()
  const added = await Promise.all([demoProducts(other), demoProducts(other)])
  expect(added[0] + added[1]).toBe(6)
  const types = (await listProducts(other.db)).map(({ id, type }) => `${id} ${type}`)
  expect(types.slice(3)).toEqual(['4 recharge', '5 month_card', '6 promoter_activation'])
  await other.close()
})
