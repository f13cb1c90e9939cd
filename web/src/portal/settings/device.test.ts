import { expect, test } from 'vitest'
import { deviceOf } from './device.ts'

test('a device is named so that its owner knows it again', () => {
  const mac =
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko)'
  const phone = 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15'
  expect(deviceOf(`${mac} Chrome/130.0.0.0 Safari/537.36`)).toBe('Chrome · macOS')
  expect(deviceOf(`${mac} Chrome/130.0.0.0 Safari/537.36 Edg/130.0.0.0`)).toBe('Edge · macOS')
  expect(deviceOf(`${phone} Version/17.0 Mobile/15E148 Safari/604.1`)).toBe('Safari · iPhone')
  expect(deviceOf(`${phone} MicroMessenger/8.0`)).toBe('WeChat · iPhone')
  expect([deviceOf('curl/8.5.0'), deviceOf(''), deviceOf(null)]).toEqual([
    ...['curl', undefined, undefined],
  ])
})
