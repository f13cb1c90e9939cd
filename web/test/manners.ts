/** How somebody looks at a page. */
export interface Manner {
  readonly language: 'zh-CN' | 'en'
  readonly size: 'phone' | 'desk'
  readonly theme: 'light' | 'dark'
}

export const SIZES = {
  phone: { width: 360, height: 740 },
  desk: { width: 1280, height: 860 },
} as const

const every = <T>(make: (manner: Manner) => T): T[] =>
  (['zh-CN', 'en'] as const).flatMap((language) =>
    (['phone', 'desk'] as const).flatMap((size) =>
      (['light', 'dark'] as const).map((theme) => make({ language, size, theme })),
    ),
  )

const nameOf = ({ language, size, theme }: Manner): string => `${language} ${size} ${theme}`

/** Each language at each size; the themes take turns, as no step of a journey depends on them. */
export const JOURNEYS: readonly (readonly [string, Manner])[] = every((manner) => manner)
  .filter(
    ({ language, size, theme }) =>
      ((language === 'en') !== (size === 'desk')) === (theme === 'dark'),
  )
  .map((manner) => [nameOf(manner), manner])

export const ALL: readonly (readonly [string, Manner])[] = every((manner) => [
  nameOf(manner),
  manner,
])
