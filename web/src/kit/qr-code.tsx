import { useMemo } from 'react'
import { encode } from 'uqr'

interface Props {
  readonly text: string
  /** What happens when it is scanned, for who does not see it. */
  readonly label: string
  /** No longer of use: pale, and behind whatever is said instead. */
  readonly expired?: boolean
}

/** Dark on white in either theme: some scanners read nothing else. */
export function QrCode({ text, label, expired = false }: Props) {
  const { size, path } = useMemo(() => drawn(text), [text])
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${size} ${size}`}
      shapeRendering="crispEdges"
      className={`block aspect-square w-full max-w-60 rounded-control bg-white ${expired ? 'opacity-15' : ''}`}
    >
      <path d={path} className="fill-black" />
    </svg>
  )
}

function drawn(text: string): { readonly size: number; readonly path: string } {
  const { size, data } = encode(text, { ecc: 'M', border: 3 })
  const path = data
    .flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : '')))
    .join('')
  return { size, path }
}
