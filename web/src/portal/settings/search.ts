const SETTING_TABS = ['profile', 'security', 'top_up', 'keys'] as const

export interface SettingsSearch {
  readonly tab?: (typeof SETTING_TABS)[number] | undefined
}

export const readSettingsSearch = (search: Readonly<Record<string, unknown>>): SettingsSearch => ({
  tab: SETTING_TABS.find((one) => one === search['tab']),
})
