import { isIPv4, isIPv6 } from 'node:net'

/**
 * The neighbourhood of an address: /24 of version 4, /48 of version 6. Enough to see that somebody
 * came from elsewhere, too little to say from which flat. Null when it is no address.
 */
export const cutIp = (ip: string): string | null => {
  // A server that listens on version 6 sees version 4 callers like this.
  const v4 = ip.replace(/^::ffff:(?=\d+\.)/i, '')
  if (isIPv4(v4)) return `${v4.slice(0, v4.lastIndexOf('.'))}.0/24`
  if (!isIPv6(ip)) return null
  const [head = '', tail] = ip.replace(/%.*$/, '').split('::')
  const before = groupsOf(head)
  const after = tail === undefined ? [] : groupsOf(tail)
  const zeros = Array<string>(8 - before.length - after.length).fill('0')
  const network = [...before, ...zeros, ...after].slice(0, 3)
  return `${network.map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/48`
}

// A version 4 tail stands for two groups; which ones does not matter, for a /48 never reaches them.
const groupsOf = (part: string): string[] =>
  part === '' ? [] : part.split(':').flatMap((group) => (group.includes('.') ? ['0', '0'] : group))
