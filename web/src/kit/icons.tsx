import type { ReactNode } from 'react'

/** Drawn on one grid of 20 with one stroke; each stands beside a word or in a button that has a name. */
const SHAPES = {
  home: 'M3 9.5 10 3l7 6.5M5 8v8.5h10V8M8.5 16.5V12h3v4.5',
  coin: 'M10 3a7 7 0 1 1 0 14 7 7 0 0 1 0-14ZM8 8h4v4H8Z',
  plus: 'M10 4v12M4 10h12',
  receipt: 'M5 3h10v14l-2.5-1.5L10 17l-2.5-1.5L5 17V3ZM8 7h4M8 10.5h4',
  person: 'M10 3.5a3 3 0 1 1 0 6 3 3 0 0 1 0-6ZM4 17c.6-3.2 2.9-5 6-5s5.4 1.8 6 5',
  people:
    'M7.5 4.5a2.5 2.5 0 1 1 0 5 2.5 2.5 0 0 1 0-5ZM2.5 16c.5-2.8 2.4-4.3 5-4.3s4.5 1.5 5 4.3M13 5a2.3 2.3 0 0 1 0 4.5M15 12c1.4.6 2.3 2 2.6 4',
  settings:
    'M10 7.5a2.5 2.5 0 1 1 0 5 2.5 2.5 0 0 1 0-5ZM10 2.5v2M10 15.5v2M2.5 10h2M15.5 10h2M4.7 4.7l1.4 1.4M13.9 13.9l1.4 1.4M15.3 4.7l-1.4 1.4M6.1 13.9l-1.4 1.4',
  sun: 'M10 6.5a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7ZM10 2v2M10 16v2M2 10h2M16 10h2M4.3 4.3l1.4 1.4M14.3 14.3l1.4 1.4M15.7 4.3l-1.4 1.4M5.7 14.3l-1.4 1.4',
  moon: 'M16 12.2A6.7 6.7 0 0 1 7.8 4a6.7 6.7 0 1 0 8.2 8.2Z',
  screen: 'M3 4h14v9H3ZM7.5 16.5h5M10 13v3.5',
  globe:
    'M10 3a7 7 0 1 1 0 14 7 7 0 0 1 0-14ZM3 10h14M10 3c2 2 3 4.3 3 7s-1 5-3 7c-2-2-3-4.3-3-7s1-5 3-7Z',
  out: 'M8 3.5H4v13h4M8 10h9M13.5 6.5 17 10l-3.5 3.5',
  search: 'M9 3.5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11ZM13 13l4 4',
  close: 'm5 5 10 10M15 5 5 15',
  check: 'm4 10.5 4 4 8-9',
  copy: 'M7 7h9v9H7ZM13 7V4H4v9h3',
  down: 'm5 8 5 5 5-5',
  right: 'm8 5 5 5-5 5',
  left: 'm12 5-5 5 5 5',
  refresh: 'M16 6v4h-4M4 14v-4h4M15.5 10a5.7 5.7 0 0 0-10-2.5M4.5 10a5.7 5.7 0 0 0 10 2.5',
  warning: 'M10 3 2.5 16.5h15L10 3ZM10 8v4M10 14.2v.3',
  info: 'M10 3a7 7 0 1 1 0 14 7 7 0 0 1 0-14ZM10 9v4.5M10 6.5v.3',
  clock: 'M10 3a7 7 0 1 1 0 14 7 7 0 0 1 0-14ZM10 6v4l2.7 2',
  inbox: 'M3 11 5 4h10l2 7v5H3v-5ZM3 11h4l1 2h4l1-2h4',
  chart: 'M4 16V9M8 16V4M12 16v-5M16 16V7',
  tag: 'M3 10V3.5h6.5L17 11l-6 6-8-7ZM6.5 6.8v.2',
  shield: 'M10 3l6 2v5c0 3.5-2.5 5.8-6 7-3.5-1.2-6-3.5-6-7V5l6-2Z',
  key: 'M7 8.5a3 3 0 1 1 0 6 3 3 0 0 1 0-6ZM9.2 9.3 16 3M13 5.8l2 2',
  list: 'M7 5h10M7 10h10M7 15h10M3.5 5v.1M3.5 10v.1M3.5 15v.1',
  menu: 'M3 5.5h14M3 10h14M3 14.5h14',
  flask: 'M8 3h4M8.5 3v5L4 16.5h12L11.5 8V3M6.5 12.5h7',
  scale: 'M10 3v14M6 17h8M4 6h12M4 6l-2 5h4L4 6ZM16 6l-2 5h4l-2-5Z',
  flag: 'M5 17V3.5M5 4h10.5l-2.5 3.5 2.5 3.5H5',
  download: 'M10 3v9M6 8.5 10 12.5l4-4M4 16.5h12',
  eye: 'M2.5 10c1.8-3.2 4.3-4.8 7.5-4.8s5.7 1.6 7.5 4.8c-1.8 3.2-4.3 4.8-7.5 4.8S4.3 13.2 2.5 10ZM10 7.8a2.2 2.2 0 1 1 0 4.4 2.2 2.2 0 0 1 0-4.4Z',
  filter: 'M3 4h14l-5.5 6.5V16l-3-1.5v-4L3 4Z',
  more: 'M5 10v.1M10 10v.1M15 10v.1',
} as const

export type IconName = keyof typeof SHAPES
export const ICONS = Object.keys(SHAPES) as IconName[]

interface Props {
  readonly name: IconName
  readonly className?: string | undefined
}

export function Icon({ name, className = 'size-5' }: Props): ReactNode {
  return (
    <svg viewBox="0 0 20 20" aria-hidden="true" className={`shrink-0 ${className}`}>
      <path
        d={SHAPES[name]}
        fill="none"
        stroke="currentColor"
        strokeWidth={name === 'more' ? 2.4 : 1.5}
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  )
}
