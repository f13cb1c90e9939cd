/** As a `ref`: what takes the place of the control that was pressed takes its focus, too. */
export const takeFocus = (node: HTMLElement | null): void => node?.focus()
