/** A local stand-in for one provider: its real paths, its own keys and books, and a menu of what can go wrong. */
export interface Provider {
  /** `wechat`, `wechat-login`, `alipay`, `stripe`, `paypal`, `smtp`. */
  readonly name: string
  /**
   * The provider's own API, and its pages for people under `/__lab/{provider}/`. What the answer says has happened has
   * happened when it returns.
   */
  handle(request: LabRequest): Promise<LabReply>
  /**
   * What people do, and what only the provider can do: `pay`, `scan`, `refund_in_console`, `rotate_keys`, … Served at
   * `POST /__lab/{provider}/{name}` with a JSON object, answered with one.
   */
  readonly controls: Readonly<Record<string, (input: Json) => Promise<Json>>>
  /** What an app has to know to talk to it: settings and secrets of one account, as Tongbao's console takes them. */
  account(baseUrl: string): Json
  /** Everything that happened to money here, for whoever compares: the lab's own truth. */
  books(): readonly BookLine[]
  /** What waits for a person: on the lab's page, with a button for each thing they can do about it. */
  waiting?(): readonly Waiting[]
  /** Where the provider speaks no HTTP: its own listener on 127.0.0.1. Then `handle` is asked for pages alone. */
  listen?(port: number): Promise<{ readonly url: string; close(): Promise<void> }>
}

/** Makes a provider on its kit: its keys, and empty books. */
export type OpenProvider = (kit: Kit) => Promise<Provider>

export interface Waiting {
  /** In the words of the page: `native 01J… 6.00 CNY`. */
  readonly what: string
  readonly buttons: readonly {
    readonly control: string
    readonly input: Json
    /** What the button says where that is not its control. */
    readonly words?: string
  }[]
}

export interface LabRequest {
  readonly method: string
  /** Path and query as they came, still escaped. */
  readonly url: URL
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: Buffer
}

export interface LabReply {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Buffer
}

export type Json = { readonly [name: string]: unknown }

export interface BookLine {
  readonly kind: 'payment' | 'refund' | 'dispute' | 'transfer'
  /** The number of whoever asked for it. */
  readonly number: string
  /** The provider's own. */
  readonly id: string
  readonly amount: number
  readonly currency: string
  readonly state: string
}

/** What a provider stands on. */
export interface Kit {
  /** The machine's time in ms, moved where a fault says so. */
  now(): number
  /** Sends a notification until it is acknowledged, by the provider's own table of retries on a scaled clock. */
  deliver(notification: Notification): void
  /** A duration of the real provider, on the lab's clock. */
  scaled(ms: number): number
  /**
   * Once, after a duration of the real provider; forgotten when the lab closes. What is due within a minute counts as
   * under way for whoever waits until all is settled.
   */
  later(ms: number, work: () => void): void
  /** Whether this fault happens now: asked for by number of times or by share. */
  strikes(fault: FaultName): boolean
}

export interface Notification {
  readonly provider: string
  readonly url: string
  readonly method?: string
  /** Built anew for each attempt: it may be signed again. `forged` asks for one whose signature is wrong. */
  message(how: { readonly forged: boolean }): {
    readonly headers: Readonly<Record<string, string>>
    readonly body: string
  }
  /** The pauses before the second attempt, the third, and so on, in ms of the real provider. */
  readonly retriesMs: readonly number[]
  acknowledged(status: number, body: string): boolean
}

/**
 * `latency` the answer comes late · `drop_after_commit` it was done, and nobody is told · `refuse_connection` ·
 * `server_error` 500 before anything was done · `error_after_commit` 500 although it was done · `busy` 429 ·
 * `truncate` half an answer · `duplicate` a notification comes twice, at once · `reorder` it comes after the next one ·
 * `delay` it comes late · `lose` it never comes, its retries do · `forge` a forged one comes first ·
 * `wrong_amount` the fact names another amount, rightly signed · `clock_skew` the provider's clock is `ms` ahead.
 */
export const FAULTS = [
  'latency',
  'drop_after_commit',
  'refuse_connection',
  'server_error',
  'error_after_commit',
  'busy',
  'truncate',
  'duplicate',
  'reorder',
  'delay',
  'lose',
  'forge',
  'wrong_amount',
  'clock_skew',
] as const
export type FaultName = (typeof FAULTS)[number]
