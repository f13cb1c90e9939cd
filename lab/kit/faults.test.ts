import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type FaultAsk, openFaults, parseFault } from './faults.ts'
import { FAULTS } from './provider.ts'

const struck = (
  ask: FaultAsk,
  provider: string,
  fault: FaultAsk['fault'],
  cases: number,
  seed = 1,
) => {
  const faults = openFaults(seed)
  faults.add(ask)
  return Array.from({ length: cases }, () => faults.strike(provider, fault) !== undefined)
}

test('a fault happens as many times as it was asked for, at first', () => {
  expect(struck({ fault: 'busy', times: 2 }, 'a', 'busy', 4)).toEqual([true, true, false, false])
  expect(struck({ fault: 'busy' }, 'a', 'busy', 2)).toEqual([true, false])
})

test('a fault meets the provider it is for, and no other fault', () => {
  expect(struck({ fault: 'busy', provider: 'b' }, 'a', 'busy', 1)).toEqual([false])
  expect(struck({ fault: 'busy', provider: 'b' }, 'b', 'busy', 1)).toEqual([true])
  expect(struck({ fault: 'busy' }, 'a', 'latency', 1)).toEqual([false])
})

test('a share falls the same way with the same seed, whatever else is asked in between', () => {
  fc.assert(
    fc.property(fc.nat(), fc.array(fc.boolean(), { maxLength: 50 }), (seed, others) => {
      const alone = struck({ fault: 'lose', share: 0.5 }, 'a', 'lose', others.length, seed)
      const faults = openFaults(seed)
      faults.add({ fault: 'lose', share: 0.5 })
      const among = others.map((other) => {
        if (other) faults.strike('b', 'lose')
        return faults.strike('a', 'lose') !== undefined
      })
      expect(among).toEqual(alone)
    }),
  )
})

test('a share is about that part of many cases, and seeds differ', () => {
  const of = (seed: number) => struck({ fault: 'lose', share: 0.25 }, 'a', 'lose', 4_000, seed)
  const hits = of(1).filter(Boolean).length
  expect(hits).toBeGreaterThan(850)
  expect(hits).toBeLessThan(1_150)
  expect(of(2)).not.toEqual(of(1))
})

test('a clock that is wrong stays wrong until the menu is cleared', () => {
  const faults = openFaults(1)
  faults.add({ fault: 'clock_skew', ms: 301_000, provider: 'a' })
  expect([faults.skewMs('a'), faults.skewMs('a'), faults.skewMs('b')]).toEqual([
    301_000, 301_000, 0,
  ])
  faults.clear()
  expect(faults.skewMs('a')).toBe(0)
})

test('what stands is said with the times that are left', () => {
  const faults = openFaults(1)
  faults.add({ fault: 'busy', times: 3 })
  faults.strike('a', 'busy')
  expect(faults.standing()).toEqual([{ fault: 'busy', times: 2 }])
})

test.each(FAULTS)('%s can be asked for', (fault) => {
  expect(parseFault({ fault }, ['a'])).toEqual({ fault })
})

test.each([
  [{}, 'fault is one of'],
  [{ fault: 'rain' }, 'fault is one of'],
  [{ fault: 'busy', provider: 'b' }, 'provider is one of a'],
  [{ fault: 'busy', times: 1, share: 0.5 }, 'not both'],
  [{ fault: 'busy', times: 0 }, 'times is'],
  [{ fault: 'busy', share: 1.1 }, 'share is'],
  [{ fault: 'busy', share: 0 }, 'share is'],
  [{ fault: 'latency', ms: -1 }, 'ms is'],
  [{ fault: 'busy', often: 1 }, 'nothing is called often'],
])('a fault that is none is told what is wrong: %j', (unchecked, reads) => {
  expect(parseFault(unchecked, ['a'])).toContain(reads)
})
