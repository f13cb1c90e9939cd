// Written by tools/gen-sdk.ts from the routes of the server: npm run generate.
/** Calls that move value: each has an Idempotency-Key, and may be sent again with it. */
export const keyed: readonly string[] = [
  '/api/v1/credits/charge',
  '/api/v1/credits/refund',
  '/api/v1/credits/holds',
  '/api/v1/credits/holds/{id}/capture',
  '/api/v1/credits/holds/{id}/release',
  '/api/v1/credits/holds/{id}/extend',
  '/api/v1/credits/grants',
  '/api/v1/credits/grants/{id}/void',
  '/api/v1/credits/transfer',
  '/api/v1/admin/owners/{id}/adjust',
  '/api/v1/payments/create',
  '/api/v1/payments/{id}/refunds',
]

/** What a refusal can be called by. A newer server may know more. */
export type KnownCode =
  | 'account_invalid'
  | 'account_unknown'
  | 'action_unknown'
  | 'amount_differs'
  | 'amount_invalid'
  | 'amount_needed'
  | 'amount_outside_limits'
  | 'asset_unknown'
  | 'banned'
  | 'caps_fixed'
  | 'catalog_full'
  | 'channel_off'
  | 'channel_unavailable'
  | 'channel_unknown'
  | 'charge_unknown'
  | 'clawback_spent'
  | 'clock_fixed'
  | 'clock_move_invalid'
  | 'currency_unavailable'
  | 'cursor_invalid'
  | 'decider_scope_needed'
  | 'email_invalid'
  | 'email_missing'
  | 'email_taken'
  | 'entry_unknown'
  | 'event_unknown'
  | 'expiry_invalid'
  | 'expiry_past'
  | 'fact_unknown'
  | 'facts_too_large'
  | 'forbidden'
  | 'foreign_origin'
  | 'forged_too_often'
  | 'grant_voided'
  | 'hand_limit_reached'
  | 'history_is_forever'
  | 'hold_closed'
  | 'hold_expired'
  | 'hold_unknown'
  | 'hook_unknown'
  | 'idempotency_key_required'
  | 'idempotency_key_reserved'
  | 'idempotency_key_reused'
  | 'instrument_missing'
  | 'instrument_unknown'
  | 'insufficient_credits'
  | 'internal'
  | 'invalid_request'
  | 'job_unknown'
  | 'key_fields_clash'
  | 'key_unknown'
  | 'lab_refused'
  | 'lab_silent'
  | 'lab_unknown'
  | 'last_admin'
  | 'ledger_busy'
  | 'lines_full'
  | 'link_expired'
  | 'lot_arrived'
  | 'lot_paid'
  | 'lot_unknown'
  | 'mailbox_closed'
  | 'method_not_allowed'
  | 'method_unknown'
  | 'multiplier_invalid'
  | 'no_such_order'
  | 'no_such_owner'
  | 'not_found'
  | 'not_offline'
  | 'not_ready'
  | 'not_returnable'
  | 'only_way_in'
  | 'order_closed'
  | 'order_id_reserved'
  | 'order_unknown'
  | 'own_account'
  | 'owner_frozen'
  | 'owner_needed'
  | 'owner_unknown'
  | 'params_invalid'
  | 'password_missing'
  | 'payload_too_large'
  | 'payment_refused'
  | 'payment_unclear'
  | 'payment_unknown'
  | 'period_invalid'
  | 'person_needed'
  | 'person_unknown'
  | 'price_effective_past'
  | 'price_in_credits'
  | 'price_moved_on'
  | 'price_rule_invalid'
  | 'product_changed'
  | 'product_id_taken'
  | 'product_not_deliverable'
  | 'product_not_on_sale'
  | 'product_terms_invalid'
  | 'product_unknown'
  | 'proposal_closed'
  | 'proposal_expired'
  | 'proposal_impossible'
  | 'proposal_not_yours'
  | 'proposal_unknown'
  | 'purchase_limit_reached'
  | 'range_invalid'
  | 'rate_limited'
  | 'reason_needed'
  | 'reference_used'
  | 'refund_exceeds_charge'
  | 'refund_exceeds_payment'
  | 'refund_not_offered'
  | 'refund_settled'
  | 'refund_to_yourself'
  | 'refund_unknown'
  | 'returnable'
  | 'same_password'
  | 'scope_not_held'
  | 'second_factor_off'
  | 'second_factor_on'
  | 'second_person_needed'
  | 'session_unknown'
  | 'sign_in_again'
  | 'spend_cap_reached'
  | 'staff_only'
  | 'switch_needed'
  | 'time_zone_unknown'
  | 'too_many_codes'
  | 'too_many_lines'
  | 'top_up_concluded'
  | 'top_up_rule_unknown'
  | 'top_up_unknown'
  | 'transfer_to_self'
  | 'transfer_to_yourself'
  | 'tried_before'
  | 'unauthenticated'
  | 'unavailable'
  | 'unsupported_media_type'
  | 'weak_password'
  | 'wechat_bound'
  | 'wechat_not_bound'
  | 'wrong_code'
  | 'wrong_credentials'
  | 'wrong_password'

export interface components {
  schemas: {
    Problem: {
      /** A stable name of this kind of problem. */
      type: string
      title: string
      status: number
      /** What programs decide by. */
      code: string
      /** A sentence for people, in the language asked for. */
      detail: string
      hint?: string
      request_id: string
      errors?: {
        pointer: string
        detail: string
        [name: string]: unknown
      }[]
      [name: string]: unknown
    }
  }
}

export interface paths {
  '/api/v1/credits/charge': {
    post: operations['charge_credits']
  }
  '/api/v1/credits/charges/batch': {
    post: operations['charge_credits_batch']
  }
  '/api/v1/credits/refund': {
    post: operations['refund_credits']
  }
  '/api/v1/credits/holds': {
    post: operations['place_hold']
  }
  '/api/v1/credits/holds/{id}': {
    get: operations['get_hold']
  }
  '/api/v1/credits/holds/{id}/capture': {
    post: operations['capture_hold']
  }
  '/api/v1/credits/holds/{id}/release': {
    post: operations['release_hold']
  }
  '/api/v1/credits/holds/{id}/extend': {
    post: operations['extend_hold']
  }
  '/api/v1/credits/grants': {
    post: operations['grant_credits']
  }
  '/api/v1/credits/grants/{id}/void': {
    post: operations['void_grant']
  }
  '/api/v1/credits/transfer': {
    post: operations['transfer_credits']
  }
  '/api/v1/credits/balance': {
    get: operations['get_balance']
  }
  '/api/v1/credits/lots': {
    get: operations['list_lots']
  }
  '/api/v1/credits/history': {
    get: operations['list_history']
  }
  '/api/v1/credits/stats': {
    get: operations['get_stats']
  }
  '/api/v1/wallets/me': {
    get: operations['get_my_wallet']
  }
  '/api/v1/owners/{id}/state': {
    get: operations['get_owner_state']
  }
  '/api/v1/credits/history/export': {
    get: operations['export_history']
  }
  '/api/v1/credits/history/{id}': {
    get: operations['get_history_entry']
    delete: operations['delete_history']
  }
  '/api/v1/admin/ledger/books': {
    get: operations['list_books']
  }
  '/api/v1/admin/owners': {
    get: operations['list_owners']
  }
  '/api/v1/admin/owners/names': {
    get: operations['name_owners']
  }
  '/api/v1/admin/owners/{id}': {
    get: operations['get_owner']
  }
  '/api/v1/admin/owners/{id}/balance': {
    get: operations['explain_balance']
  }
  '/api/v1/admin/owners/{id}/adjust': {
    post: operations['adjust_balance']
  }
  '/api/credits/history/{id}': {
    delete: operations['delete_history_of_old']
  }
  '/api/v1/wallets/me/caps': {
    put: operations['set_my_caps']
  }
  '/api/v1/owners/{id}/caps': {
    put: operations['set_owner_caps']
  }
  '/api/v1/owners/{id}/freeze': {
    post: operations['freeze_owner']
  }
  '/api/v1/owners/{id}/unfreeze': {
    post: operations['unfreeze_owner']
  }
  '/api/v1/credits/auto_top_up': {
    get: operations['get_auto_top_up']
    put: operations['set_auto_top_up']
    delete: operations['remove_auto_top_up']
  }
  '/api/v1/credits/top_ups/{id}/result': {
    post: operations['conclude_top_up']
  }
  '/api/v1/credits/prices': {
    get: operations['list_prices']
  }
  '/api/v1/credits/estimate': {
    post: operations['estimate_credits']
  }
  '/api/v1/admin/prices': {
    get: operations['list_price_versions']
    post: operations['publish_price']
  }
  '/api/v1/admin/prices/preview': {
    post: operations['preview_prices']
  }
  '/api/v1/products': {
    get: operations['list_products']
  }
  '/api/v1/products/{id}': {
    get: operations['get_product']
  }
  '/api/v1/admin/products': {
    get: operations['list_all_products']
    post: operations['add_product']
  }
  '/api/v1/admin/products/{id}/versions': {
    get: operations['list_product_versions']
  }
  '/api/v1/admin/products/{id}': {
    put: operations['change_product']
  }
  '/api/v1/orders/quote': {
    post: operations['quote_order']
  }
  '/api/v1/payments/create': {
    post: operations['create_payment']
  }
  '/api/v1/payments/history': {
    get: operations['list_payments']
  }
  '/api/v1/payments/{id}': {
    get: operations['get_payment']
  }
  '/api/v1/payments/{id}/cancel': {
    post: operations['cancel_payment']
  }
  '/api/v1/payments/channels': {
    get: operations['list_open_channels']
  }
  '/api/v1/payments/{id}/check': {
    post: operations['check_payment']
  }
  '/api/v1/payments/{id}/timeline': {
    get: operations['get_payment_timeline']
  }
  '/api/v1/payments/instruments': {
    get: operations['list_instruments']
  }
  '/api/v1/payments/instruments/{id}': {
    delete: operations['remove_instrument']
  }
  '/api/v1/payments/{id}/refunds/quote': {
    post: operations['quote_refund']
  }
  '/api/v1/payments/{id}/refunds': {
    post: operations['create_refund']
  }
  '/api/v1/refunds': {
    get: operations['list_owner_refunds']
  }
  '/api/v1/refunds/{id}': {
    get: operations['get_refund']
  }
  '/api/v1/admin/orders': {
    get: operations['list_orders']
  }
  '/api/v1/admin/orders/counts': {
    get: operations['count_orders']
  }
  '/api/v1/admin/channels': {
    get: operations['list_channel_accounts']
  }
  '/api/v1/admin/channels/{channel}/{account}': {
    get: operations['get_channel_account']
    put: operations['set_channel_account']
  }
  '/api/v1/admin/hooks/{id}': {
    get: operations['get_hook_event']
  }
  '/api/v1/admin/hooks': {
    get: operations['list_hook_events']
  }
  '/api/v1/admin/hooks/{id}/rerun': {
    post: operations['rerun_hook_event']
  }
  '/api/v1/admin/payments/suspense/{id}/return': {
    post: operations['return_suspended']
  }
  '/api/v1/admin/payments/suspense/{id}/set-aside': {
    post: operations['set_suspended_aside']
  }
  '/api/v1/admin/payments/suspense': {
    get: operations['list_suspense']
  }
  '/api/v1/admin/refunds': {
    get: operations['list_all_refunds']
  }
  '/api/v1/admin/disputes': {
    get: operations['list_disputes']
  }
  '/api/v1/admin/channels/health': {
    get: operations['get_channels_health']
  }
  '/api/v1/admin/payments/{id}/offline-paid': {
    post: operations['mark_offline_paid']
  }
  '/api/v1/admin/refunds/{id}/offline-settled': {
    post: operations['mark_offline_refunded']
  }
  '/api/v1/admin/lab/faults': {
    get: operations['list_lab_faults']
    post: operations['add_lab_fault']
    delete: operations['clear_lab_faults']
  }
  '/api/v1/admin/proposals': {
    get: operations['list_proposals']
  }
  '/api/v1/admin/proposals/{id}': {
    get: operations['get_proposal']
  }
  '/api/v1/admin/proposals/{id}/approve': {
    post: operations['approve_proposal']
  }
  '/api/v1/admin/proposals/{id}/reject': {
    post: operations['reject_proposal']
  }
  '/api/v1/admin/proposals/{id}/withdraw': {
    post: operations['withdraw_proposal']
  }
  '/api/v1/auth/sign-up/email': {
    post: operations['sign_up']
  }
  '/api/v1/auth/sign-in/email': {
    post: operations['sign_in']
  }
  '/api/v1/auth/two-factor/verify': {
    post: operations['verify_second_factor']
  }
  '/api/v1/auth/sign-out': {
    post: operations['sign_out']
  }
  '/api/v1/auth/verify-email': {
    get: operations['verify_email']
  }
  '/api/v1/auth/send-verification-email': {
    post: operations['send_verification_email']
  }
  '/api/v1/auth/request-password-reset': {
    post: operations['request_password_reset']
  }
  '/api/v1/auth/reset-password': {
    post: operations['reset_password']
  }
  '/api/v1/auth/change-password': {
    post: operations['change_password']
  }
  '/api/v1/auth/two-factor/enable': {
    post: operations['enable_second_factor']
  }
  '/api/v1/auth/two-factor/disable': {
    post: operations['disable_second_factor']
  }
  '/api/v1/auth/two-factor/backup-codes': {
    get: operations['count_backup_codes']
    post: operations['renew_backup_codes']
  }
  '/api/v1/auth/wechat/start': {
    post: operations['start_wechat_sign_in']
  }
  '/api/v1/auth/wechat': {
    get: operations['get_my_wechat']
  }
  '/api/v1/auth/wechat/bind': {
    post: operations['start_wechat_binding']
  }
  '/api/v1/auth/wechat/unbind': {
    post: operations['unbind_wechat']
  }
  '/api/v1/sessions/me': {
    get: operations['get_me']
    patch: operations['change_me']
  }
  '/api/v1/auth/sessions': {
    get: operations['list_sessions']
  }
  '/api/v1/auth/sessions/{id}': {
    delete: operations['end_session']
  }
  '/api/v1/auth/sessions/end-others': {
    post: operations['end_other_sessions']
  }
  '/api/v1/api-keys': {
    get: operations['list_api_keys']
    post: operations['create_api_key']
  }
  '/api/v1/api-keys/{id}': {
    delete: operations['revoke_api_key']
  }
  '/api/v1/admin/users': {
    get: operations['list_people']
  }
  '/api/v1/admin/users/{id}': {
    get: operations['get_person']
  }
  '/api/v1/admin/users/{id}/roles': {
    put: operations['set_roles']
  }
  '/api/v1/admin/users/{id}/ban': {
    post: operations['ban_person']
  }
  '/api/v1/admin/users/{id}/unban': {
    post: operations['unban_person']
  }
  '/api/v1/admin/audit': {
    get: operations['list_audit_entries']
  }
  '/api/v1/admin/audit/export': {
    get: operations['export_audit_entries']
  }
  '/api/v1/admin/audit/verify': {
    post: operations['verify_audit']
  }
  '/api/v1/admin/ledger/verdict': {
    get: operations['read_ledger_verdict']
  }
  '/api/v1/admin/overview': {
    get: operations['get_overview']
  }
  '/api/v1/admin/owners/{id}/timeline': {
    get: operations['get_owner_timeline']
  }
  '/api/v1/admin/orders/{id}': {
    get: operations['get_order']
  }
  '/healthz': {
    get: operations['healthz']
  }
  '/readyz': {
    get: operations['readyz']
  }
  '/metrics': {
    get: operations['metrics']
  }
  '/api/v1/admin/jobs': {
    get: operations['list_queues']
  }
  '/api/v1/admin/jobs/{queue}': {
    get: operations['list_jobs']
  }
  '/api/v1/admin/jobs/{queue}/{id}/retry': {
    post: operations['retry_job']
  }
  '/api/v1/admin/clock': {
    get: operations['get_clock']
    post: operations['move_clock']
  }
  '/api/v1/admin/mailbox': {
    get: operations['list_mail']
  }
  '/api/v1/events/stream': {
    get: operations['stream_events']
  }
  '/api/v1/ws': {
    get: operations['open_socket']
  }
  '/api/v1/admin/push': {
    get: operations['read_push']
  }
  '/api/v1/hooks/{channel}/{account}': {
    post: operations['receive_hook']
  }
  '/api/v1/payments/callback': {
    post: operations['receive_sandbox_callback']
  }
}

export interface operations {
  /** Spend credits; needs an Idempotency-Key */
  charge_credits: {
    parameters: {
      query?: never
      header?: {
        /** A new one for each intent, the same one for each retry: letters, digits, _ . : - */
        'Idempotency-Key'?: string | undefined
      } | undefined
      path?: never
      cookie?: never
    }
    requestBody: { content: { 'application/json': {
        owner?: string | undefined
        external_id?: string | undefined
        asset?: string | undefined
        /** Whole minor units, from 1 on */
        amount?: number | undefined
        action?: string | undefined
        params?: {
          [name: string]: unknown
        } | undefined
        description?: string | undefined
        metadata?: {
          [name: string]: unknown
        } | undefined
      } } }
    responses: {
      200: { content: { 'application/json': {
        charge_id: string
        amount: number
        /** It was the first of its action, and that one is free */
        free?: true
        full_price?: number
        /** Which lots it came from, in the order in which they burnt */
        draws: {
          lot_id: string
          amount: number
          source: string
        }[]
        price_version?: number
        balance: {
          available: number
          held: number
          debt: number
        }
        /** RFC 3339, UTC */
        created_at: string
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** Up to a hundred charges, each with a key of its own; one that is refused is refused alone */
  charge_credits_batch: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: { content: { 'application/json': {
        charges: {
          owner?: string | undefined
          external_id?: string | undefined
          asset?: string | undefined
          /** Whole minor units, from 1 on */
          amount?: number | undefined
          action?: string | undefined
          params?: {
            [name: string]: unknown
          } | undefined
          description?: string | undefined
          metadata?: {
            [name: string]: unknown
          } | undefined
          idempotency_key: string
        }[]
      } } }
    responses: {
      200: { content: { 'application/json': {
        items: {
          idempotency_key: string
          ok: boolean
          replayed: boolean
          charge?: {
            charge_id: string
            amount: number
            /** It was the first of its action, and that one is free */
            free?: true
            full_price?: number
            /** Which lots it came from, in the order in which they burnt */
            draws: {
              lot_id: string
              amount: number
              source: string
            }[]
            price_version?: number
            balance: {
              available: number
              held: number
              debt: number
            }
            /** RFC 3339, UTC */
            created_at: string
          }
          problem?: {
            [name: string]: unknown
          }
        }[]
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** Give a charge back, in part or all that is left; needs an Idempotency-Key */
  refund_credits: {
    parameters: {
      query?: never
      header?: {
        /** A new one for each intent, the same one for each retry: letters, digits, _ . : - */
        'Idempotency-Key'?: string | undefined
      } | undefined
      path?: never
      cookie?: never
    }
    requestBody: { content: { 'application/json': {
        charge_id: string
        /** Whole minor units, from 1 on */
        amount?: number | undefined
        reason?: string | undefined
      } } }
    responses: {
      200: { content: { 'application/json': {
        refund_id: string
        charge_id: string
        amount: number
        restored: {
          lot_id: string
          amount: number
        }[]
        balance: {
          available: number
          held: number
          debt: number
        }
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** Set credits aside for a job; needs an Idempotency-Key */
  place_hold: {
    parameters: {
      query?: never
      header?: {
        /** A new one for each intent, the same one for each retry: letters, digits, _ . : - */
        'Idempotency-Key'?: string | undefined
      } | undefined
      path?: never
      cookie?: never
    }
    requestBody: { content: { 'application/json': {
        owner?: string | undefined
        external_id?: string | undefined
        asset?: string | undefined
        /** Whole minor units, from 1 on */
        amount?: number | undefined
        action?: string | undefined
        params?: {
          [name: string]: unknown
        } | undefined
        /** Seconds from now */
        expires_in?: number | undefined
        description?: string | undefined
        metadata?: {
          [name: string]: unknown
        } | undefined
      } } }
    responses: {
      201: { content: { 'application/json': {
        hold_id: string
        state: ('open' | 'captured' | 'released' | 'expired')
        amount: number
        captured: number
        /** RFC 3339, UTC */
        expires_at: string
        /** Which lots it came from, in the order in which they burnt */
        draws: {
          lot_id: string
          amount: number
          source: string
        }[]
        price_version?: number
        balance: {
          available: number
          held: number
          debt: number
        }
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** How a hold stands now */
  get_hold: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: { content: { 'application/json': {
        hold_id: string
        owner: string
        asset: string
        state: ('open' | 'captured' | 'released' | 'expired')
        amount: number
        captured: number
        /** RFC 3339, UTC */
        expires_at: string
        /** Which lots it came from, in the order in which they burnt */
        draws: {
          lot_id: string
          amount: number
          source: string
        }[]
        /** RFC 3339, UTC */
        created_at: string
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** Spend what was set aside; the last capture gives the rest back */
  capture_hold: {
    parameters: {
      query?: never
      header?: {
        /** A new one for each intent, the same one for each retry: letters, digits, _ . : - */
        'Idempotency-Key'?: string | undefined
      } | undefined
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody: { content: { 'application/json': {
        /** Whole minor units, from 1 on */
        amount: number
        final?: boolean | undefined
      } } }
    responses: {
      200: { content: { 'application/json': {
        hold_id: string
        state: ('open' | 'captured' | 'released' | 'expired')
        captured: number
        charge_id: string
        returned: number
        balance: {
          available: number
          held: number
          debt: number
        }
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** Give back all that is still set aside */
  release_hold: {
    parameters: {
      query?: never
      header?: {
        /** A new one for each intent, the same one for each retry: letters, digits, _ . : - */
        'Idempotency-Key'?: string | undefined
      } | undefined
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: { content: { 'application/json': {
        hold_id: string
        state: ('open' | 'captured' | 'released' | 'expired')
        returned: number
        balance: {
          available: number
          held: number
          debt: number
        }
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** Keep a hold alive, so many seconds from now */
  extend_hold: {
    parameters: {
      query?: never
      header?: {
        /** A new one for each intent, the same one for each retry: letters, digits, _ . : - */
        'Idempotency-Key'?: string | undefined
      } | undefined
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody: { content: { 'application/json': {
        /** Seconds from now */
        expires_in: number
      } } }
    responses: {
      200: { content: { 'application/json': {
        hold_id: string
        state: ('open' | 'captured' | 'released' | 'expired')
        amount: number
        captured: number
        /** RFC 3339, UTC */
        expires_at: string
        balance: {
          available: number
          held: number
          debt: number
        }
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** Give credits, which makes a lot; needs an Idempotency-Key */
  grant_credits: {
    parameters: {
      query?: never
      header?: {
        /** A new one for each intent, the same one for each retry: letters, digits, _ . : - */
        'Idempotency-Key'?: string | undefined
      } | undefined
      path?: never
      cookie?: never
    }
    requestBody: { content: { 'application/json': {
        owner?: string | undefined
        external_id?: string | undefined
        asset?: string | undefined
        /** Whole minor units, from 1 on */
        amount: number
        source: ('purchase' | 'bonus' | 'subscription' | 'month_card' | 'task' | 'referral' | 'signup' | 'promo' | 'admin')
        priority?: number | undefined
        effective_at?: string | undefined
        expires_at?: string | undefined
        reason?: string | undefined
        /** What was bought */
        order_id?: string | undefined
        /** Of bought credits; what it adds is a bonus lot, rounded down */
        multiplier?: string | undefined
      } } }
    responses: {
      201: { content: { 'application/json': {
        lot_id: string
        amount: number
        remaining: number
        source: string
        priority: number
        /** RFC 3339, UTC */
        effective_at: string
        expires_at: (string | null)
        debt_repaid: number
        bonus?: {
          lot_id: string
          amount: number
        }
        balance: {
          available: number
          held: number
          debt: number
        }
      } } }
      202: { content: { 'application/json': {
        proposal_id: string
        kind: string
        state: ('proposed' | 'approved' | 'rejected' | 'withdrawn' | 'expired')
        payload: {
          [name: string]: unknown
        }
        reason: string
        proposed_by: string
        /** RFC 3339, UTC */
        proposed_at: string
        /** RFC 3339, UTC */
        expires_at: string
        decided_by: (string | null)
        decided_at: (string | null)
        decision_reason: (string | null)
        result: ({
          [name: string]: unknown
        } | null)
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** Take a grant back, with all of its order, as long as nothing of it is spent */
  void_grant: {
    parameters: {
      query?: never
      header?: {
        /** A new one for each intent, the same one for each retry: letters, digits, _ . : - */
        'Idempotency-Key'?: string | undefined
      } | undefined
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody: { content: { 'application/json': {
        reason: string
      } } }
    responses: {
      200: { content: { 'application/json': {
        lot_id: string
        voided: number
        balance: {
          available: number
          held: number
          debt: number
        }
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** Move credits from one owner to another; needs an Idempotency-Key */
  transfer_credits: {
    parameters: {
      query?: never
      header?: {
        /** A new one for each intent, the same one for each retry: letters, digits, _ . : - */
        'Idempotency-Key'?: string | undefined
      } | undefined
      path?: never
      cookie?: never
    }
    requestBody: { content: { 'application/json': {
        owner?: string | undefined
        external_id?: string | undefined
        asset?: string | undefined
        to_owner?: string | undefined
        to_external_id?: string | undefined
        /** Whole minor units, from 1 on */
        amount: number
        description?: string | undefined
      } } }
    responses: {
      200: { content: { 'application/json': {
        transfer_id: string
        amount: number
        to_owner: string
        lot_id: string
        /** Which lots it came from, in the order in which they burnt */
        draws: {
          lot_id: string
          amount: number
          source: string
        }[]
        balance: {
          available: number
          held: number
          debt: number
        }
        /** RFC 3339, UTC */
        created_at: string
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** The balance now or at any moment; what expires soon is told for now and later only */
  get_balance: {
    parameters: {
      query?: {
        owner?: string | undefined
        external_id?: string | undefined
        asset?: string | undefined
        as_of?: string | undefined
      } | undefined
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: { content: { 'application/json': {
        owner: string
        asset: string
        available: number
        held: number
        debt: number
        expiring: {
          amount: number
          /** RFC 3339, UTC */
          at: string
        }[]
        /** RFC 3339, UTC */
        as_of: string
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** The lots that still hold something, in the order in which they burn */
  list_lots: {
    parameters: {
      query?: {
        owner?: string | undefined
        external_id?: string | undefined
        asset?: string | undefined
      } | undefined
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: { content: { 'application/json': {
        items: {
          lot_id: string
          source: string
          granted: number
          remaining: number
          held: number
          priority: number
          /** RFC 3339, UTC */
          effective_at: string
          expires_at: (string | null)
          order_id: (string | null)
        }[]
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** Every entry of an account, newest first */
  list_history: {
    parameters: {
      query?: {
        owner?: string | undefined
        external_id?: string | undefined
        asset?: string | undefined
        kind?: string | undefined
        action?: string | undefined
        from?: string | undefined
        to?: string | undefined
        limit?: number | undefined
        /** next_cursor of the page before */
        cursor?: string | undefined
      } | undefined
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: { content: { 'application/json': {
        items: {
          entry_id: string
          kind: string
          action: (string | null)
          /** The change: negative when spent */
          amount: number
          balance_after: number
          held: (number | null)
          repaid: (number | null)
          source: (string | null)
          description: (string | null)
          reference: ({
            type: string
            id: string
          } | null)
          metadata: ({
            [name: string]: unknown
          } | null)
          /** RFC 3339, UTC */
          created_at: string
        }[]
        next_cursor: (string | null)
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** What was spent, by day (UTC) and action; the last thirty days unless asked otherwise */
  get_stats: {
    parameters: {
      query?: {
        owner?: string | undefined
        external_id?: string | undefined
        asset?: string | undefined
        from?: string | undefined
        to?: string | undefined
      } | undefined
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: { content: { 'application/json': {
        /** RFC 3339, UTC */
        from: string
        /** RFC 3339, UTC */
        to: string
        charged: number
        refunded: number
        items: {
          /** YYYY-MM-DD */
          day: string
          action: string
          charges: number
          charged: number
          refunded: number
        }[]
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** All that is mine */
  get_my_wallet: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: { content: { 'application/json': {
        owner: string
        balance_credits: number
        held_credits: number
        debt_credits: number
        balances: {
          asset: string
          available: number
          held: number
          debt: number
        }[]
        frozen: ({
          /** RFC 3339, UTC */
          at: string
          reason: string
        } | null)
        caps: {
          day: ({
            amount: number
            spent: number
            /** RFC 3339, UTC */
            resets_at: string
          } | null)
          month: ({
            amount: number
            spent: number
            /** RFC 3339, UTC */
            resets_at: string
          } | null)
          set_by_staff: boolean
        }
        /** RFC 3339, UTC */
        as_of: string
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** All that an owner has */
  get_owner_state: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: { content: { 'application/json': {
        owner: string
        balances: {
          asset: string
          available: number
          held: number
          debt: number
        }[]
        frozen: ({
          /** RFC 3339, UTC */
          at: string
          reason: string
        } | null)
        caps: {
          day: ({
            amount: number
            spent: number
            /** RFC 3339, UTC */
            resets_at: string
          } | null)
          month: ({
            amount: number
            spent: number
            /** RFC 3339, UTC */
            resets_at: string
          } | null)
          set_by_staff: boolean
        }
        /** RFC 3339, UTC */
        as_of: string
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** The same entries as a file (CSV), newest first */
  export_history: {
    parameters: {
      query?: {
        owner?: string | undefined
        external_id?: string | undefined
        asset?: string | undefined
        kind?: string | undefined
        action?: string | undefined
        from?: string | undefined
        to?: string | undefined
      } | undefined
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      204: { content: { 'text/csv': string } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** One entry: the lots it moved, what was given back of it, the charge it gave back */
  get_history_entry: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: { content: { 'application/json': {
        entry_id: string
        kind: string
        action: (string | null)
        /** The change: negative when spent */
        amount: number
        balance_after: number
        held: (number | null)
        repaid: (number | null)
        source: (string | null)
        description: (string | null)
        reference: ({
          type: string
          id: string
        } | null)
        metadata: ({
          [name: string]: unknown
        } | null)
        /** RFC 3339, UTC */
        created_at: string
        owner: string
        asset: string
        /** In the order in which they burnt */
        draws: {
          lot_id: string
          amount: number
          source: string
          order_id: (string | null)
          expires_at: (string | null)
        }[]
        /** Of a charge, oldest first */
        refunds: {
          entry_id: string
          kind: string
          action: (string | null)
          /** The change: negative when spent */
          amount: number
          balance_after: number
          held: (number | null)
          repaid: (number | null)
          source: (string | null)
          description: (string | null)
          reference: ({
            type: string
            id: string
          } | null)
          metadata: ({
            [name: string]: unknown
          } | null)
          /** RFC 3339, UTC */
          created_at: string
        }[]
        charge: ({
          entry_id: string
          kind: string
          action: (string | null)
          /** The change: negative when spent */
          amount: number
          balance_after: number
          held: (number | null)
          repaid: (number | null)
          source: (string | null)
          description: (string | null)
          reference: ({
            type: string
            id: string
          } | null)
          metadata: ({
            [name: string]: unknown
          } | null)
          /** RFC 3339, UTC */
          created_at: string
        } | null)
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** Refused, always: history is forever */
  delete_history: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      204: { content?: never }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** What each book gained in some days (UTC), and what all owners have */
  list_books: {
    parameters: {
      query?: {
        from?: string | undefined
        to?: string | undefined
        asset?: string | undefined
      } | undefined
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: { content: { 'application/json': {
        items: {
          asset: string
          book: string
          /** Whole minor units, as text: a sum may be larger than JSON carries exactly */
          amount: string
          entries: number
        }[]
        /** There are more books than are shown */
        has_more: boolean
        totals: {
          asset: string
          /** Whole minor units, as text: a sum may be larger than JSON carries exactly */
          books: string
          /** Whole minor units, as text: a sum may be larger than JSON carries exactly */
          waiting: string
          /** Whole minor units, as text: a sum may be larger than JSON carries exactly */
          available: string
          /** Whole minor units, as text: a sum may be larger than JSON carries exactly */
          held: string
          /** Whole minor units, as text: a sum may be larger than JSON carries exactly */
          debt: string
          /** Whole minor units, as text: a sum may be larger than JSON carries exactly */
          difference: string
        }[]
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** Search owners by id, external id, name or e-mail; newest first */
  list_owners: {
    parameters: {
      query?: {
        query?: string | undefined
        limit?: number | undefined
        /** next_cursor of the page before */
        cursor?: string | undefined
      } | undefined
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: { content: { 'application/json': {
        items: {
          owner: string
          external_id: (string | null)
          name: (string | null)
          email: (string | null)
          /** RFC 3339, UTC */
          created_at: string
        }[]
        next_cursor: (string | null)
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** What the owners of these ids are called; of ids that nobody has nothing is said */
  name_owners: {
    parameters: {
      query: {
        /** Up to 100, with commas between them */
        ids: string
      }
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: { content: { 'application/json': {
        items: {
          owner: string
          name: (string | null)
        }[]
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** Who an owner is, and all they have: balances, lots, the last entries */
  get_owner: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: { content: { 'application/json': {
        owner: string
        external_id: (string | null)
        name: (string | null)
        email: (string | null)
        /** RFC 3339, UTC */
        created_at: string
        accounts: {
          asset: string
          available: number
          held: number
          debt: number
          lots: {
            lot_id: string
            source: string
            granted: number
            remaining: number
            held: number
            priority: number
            /** RFC 3339, UTC */
            effective_at: string
            expires_at: (string | null)
            order_id: (string | null)
          }[]
          entries: {
            entry_id: string
            kind: string
            action: (string | null)
            /** The change: negative when spent */
            amount: number
            balance_after: number
            held: (number | null)
            repaid: (number | null)
            source: (string | null)
            description: (string | null)
            reference: ({
              type: string
              id: string
            } | null)
            metadata: ({
              [name: string]: unknown
            } | null)
            /** RFC 3339, UTC */
            created_at: string
          }[]
        }[]
        /** More than this one person does not give or take alone in a day, of each asset */
        hand_limit: number
        /** RFC 3339, UTC */
        as_of: string
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** Why a balance is what it is: all that came and went, by kind and book, up to a moment */
  explain_balance: {
    parameters: {
      query?: {
        asset?: string | undefined
        as_of?: string | undefined
      } | undefined
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: { content: { 'application/json': {
        owner: string
        asset: string
        /** RFC 3339, UTC */
        as_of: string
        available: number
        held: number
        debt: number
        /** Together with `due` they are available + held - debt */
        items: {
          kind: string
          book: string
          entries: number
          amount: number
        }[]
        /** What time has done and nobody has written down yet */
        due: number
        /** The last ones up to then, newest first */
        entries: {
          entry_id: string
          kind: string
          action: (string | null)
          /** The change: negative when spent */
          amount: number
          balance_after: number
          held: (number | null)
          repaid: (number | null)
          source: (string | null)
          description: (string | null)
          reference: ({
            type: string
            id: string
          } | null)
          metadata: ({
            [name: string]: unknown
          } | null)
          /** RFC 3339, UTC */
          created_at: string
        }[]
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** Correct a balance by hand, up or down; needs an Idempotency-Key */
  adjust_balance: {
    parameters: {
      query?: never
      header?: {
        /** A new one for each intent, the same one for each retry: letters, digits, _ . : - */
        'Idempotency-Key'?: string | undefined
      } | undefined
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody: { content: { 'application/json': {
        /** Whole minor units; negative takes */
        amount: number
        asset?: string | undefined
        reason: string
      } } }
    responses: {
      200: { content: { 'application/json': {
        entry_id: string
        amount: number
        lot_id: (string | null)
        /** Which lots it came from, in the order in which they burnt */
        draws: {
          lot_id: string
          amount: number
          source: string
        }[]
        balance: {
          available: number
          held: number
          debt: number
        }
        /** RFC 3339, UTC */
        created_at: string
      } } }
      202: { content: { 'application/json': {
        proposal_id: string
        kind: string
        state: ('proposed' | 'approved' | 'rejected' | 'withdrawn' | 'expired')
        payload: {
          [name: string]: unknown
        }
        reason: string
        proposed_by: string
        /** RFC 3339, UTC */
        proposed_at: string
        /** RFC 3339, UTC */
        expires_at: string
        decided_by: (string | null)
        decided_at: (string | null)
        decision_reason: (string | null)
        result: ({
          [name: string]: unknown
        } | null)
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** Refused, always: history is forever */
  delete_history_of_old: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      204: { content?: never }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** How much of my credits may be spent in a day and in a month (UTC) */
  set_my_caps: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: { content: { 'application/json': {
        day: (number | null)
        month: (number | null)
      } } }
    responses: {
      200: { content: { 'application/json': {
        owner: string
        frozen: ({
          /** RFC 3339, UTC */
          at: string
          reason: string
        } | null)
        caps: {
          day: ({
            amount: number
            spent: number
            /** RFC 3339, UTC */
            resets_at: string
          } | null)
          month: ({
            amount: number
            spent: number
            /** RFC 3339, UTC */
            resets_at: string
          } | null)
          set_by_staff: boolean
        }
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** How much an owner may spend in a day and in a month (UTC); the owner cannot lift it */
  set_owner_caps: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody: { content: { 'application/json': {
        day: (number | null)
        month: (number | null)
        reason: string
      } } }
    responses: {
      200: { content: { 'application/json': {
        owner: string
        frozen: ({
          /** RFC 3339, UTC */
          at: string
          reason: string
        } | null)
        caps: {
          day: ({
            amount: number
            spent: number
            /** RFC 3339, UTC */
            resets_at: string
          } | null)
          month: ({
            amount: number
            spent: number
            /** RFC 3339, UTC */
            resets_at: string
          } | null)
          set_by_staff: boolean
        }
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** Let nothing leave this owner: no charge, no hold, no transfer */
  freeze_owner: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody: { content: { 'application/json': {
        reason: string
      } } }
    responses: {
      200: { content: { 'application/json': {
        owner: string
        frozen: ({
          /** RFC 3339, UTC */
          at: string
          reason: string
        } | null)
        caps: {
          day: ({
            amount: number
            spent: number
            /** RFC 3339, UTC */
            resets_at: string
          } | null)
          month: ({
            amount: number
            spent: number
            /** RFC 3339, UTC */
            resets_at: string
          } | null)
          set_by_staff: boolean
        }
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** Let this owner spend again */
  unfreeze_owner: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody: { content: { 'application/json': {
        reason: string
      } } }
    responses: {
      200: { content: { 'application/json': {
        owner: string
        frozen: ({
          /** RFC 3339, UTC */
          at: string
          reason: string
        } | null)
        caps: {
          day: ({
            amount: number
            spent: number
            /** RFC 3339, UTC */
            resets_at: string
          } | null)
          month: ({
            amount: number
            spent: number
            /** RFC 3339, UTC */
            resets_at: string
          } | null)
          set_by_staff: boolean
        }
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** When and how an owner is topped up by itself */
  get_auto_top_up: {
    parameters: {
      query?: {
        owner?: string | undefined
        external_id?: string | undefined
      } | undefined
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: { content: { 'application/json': {
        owner: string
        enabled: boolean
        /** Below this many available credits it is time */
        threshold: number
        /** The product_id that a saved card buys then; of another name, your app hears that it is due */
        product: string
        /** No more often than this in a month of UTC; a decline does not count */
        month_times_max: number
        month_times: number
        in_flight: ({
          top_up_id: string
          /** RFC 3339, UTC */
          started_at: string
        } | null)
        paused_until: (string | null)
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** Top up by itself when credits run low */
  set_auto_top_up: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: { content: { 'application/json': {
        owner?: string | undefined
        external_id?: string | undefined
        enabled: boolean
        /** Below this many available credits it is time */
        threshold: number
        /** The product_id that a saved card buys then; of another name, your app hears that it is due */
        product: string
        /** No more often than this in a month of UTC; a decline does not count */
        month_times_max: number
      } } }
    responses: {
      200: { content: { 'application/json': {
        owner: string
        enabled: boolean
        /** Below this many available credits it is time */
        threshold: number
        /** The product_id that a saved card buys then; of another name, your app hears that it is due */
        product: string
        /** No more often than this in a month of UTC; a decline does not count */
        month_times_max: number
        month_times: number
        in_flight: ({
          top_up_id: string
          /** RFC 3339, UTC */
          started_at: string
        } | null)
        paused_until: (string | null)
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** Top up by itself no more */
  remove_auto_top_up: {
    parameters: {
      query?: {
        owner?: string | undefined
        external_id?: string | undefined
      } | undefined
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      204: { content?: never }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** How an attempt to top up ended; grant the credits first */
  conclude_top_up: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody: { content: { 'application/json': {
        result: ('paid' | 'declined')
      } } }
    responses: {
      200: { content: { 'application/json': {
        top_up_id: string
        owner: string
        product: string
        state: ('in_flight' | 'paid' | 'declined' | 'lapsed')
        /** RFC 3339, UTC */
        started_at: string
        concluded_at: (string | null)
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** What every action costs now */
  list_prices: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: { content: { 'application/json': {
        items: {
          action: string
          price_version: number
          rule: {
            base: number
            terms: ({
              kind: 'per_unit'
              name: string
              parameter: string
              credits: number
              unit_size: number
              default?: number
            } | {
              kind: 'table'
              name: string
              parameter: string
              credits: {
                [name: string]: number
              }
              default?: string
            })[]
            multipliers: ({
              kind: 'by_number'
              name: string
              parameter: string
              default?: number
            } | {
              kind: 'by_text'
              name: string
              parameter: string
              ratios: {
                [name: string]: {
                  numerator: number
                  denominator: number
                }
              }
              default?: string
            })[]
            windows: {
              name: string
              /** Whole numbers: four fifths are 4 and 5, never 0.8 */
              ratio: {
                numerator: number
                denominator: number
              }
              from?: string
              to?: string
              hours?: {
                from: string
                to: string
                utc_offset_minutes: number
              }
            }[]
            discounts: {
              plan: string
              /** Whole numbers: four fifths are 4 and 5, never 0.8 */
              ratio: {
                numerator: number
                denominator: number
              }
            }[]
            minimum: number
            /** The first charge of an owner costs nothing */
            first_free: boolean
          }
          /** RFC 3339, UTC */
          effective_at: string
        }[]
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** What an action would cost, and whether it could be paid */
  estimate_credits: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: { content: { 'application/json': {
        owner?: string | undefined
        external_id?: string | undefined
        action: string
        params?: {
          [name: string]: unknown
        } | undefined
      } } }
    responses: {
      200: { content: { 'application/json': {
        credits: number
        /** Free this once, for the owner who was named */
        first_free?: true
        /** What each part of the rule added or took away; together they are the credits */
        terms: {
          name: string
          amount: number
        }[]
        price_version: number
        affordable: (boolean | null)
        missing: (number | null)
        /** Where credits are missing: what on sale would do, the smallest first */
        top_up?: {
          product_id: number
          credits: number
          prices: {
            currency: string
            amount: number
          }[]
        }[]
        /** What the last captures of this action really cost */
        history?: {
          p50: number
          p90: number
          count: number
        }
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** Every version of every price, the newest of an action first */
  list_price_versions: {
    parameters: {
      query?: {
        action?: string | undefined
        limit?: number | undefined
        /** next_cursor of the page before */
        cursor?: string | undefined
      } | undefined
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: { content: { 'application/json': {
        items: {
          action: string
          price_version: number
          rule: {
            base: number
            terms: ({
              kind: 'per_unit'
              name: string
              parameter: string
              credits: number
              unit_size: number
              default?: number
            } | {
              kind: 'table'
              name: string
              parameter: string
              credits: {
                [name: string]: number
              }
              default?: string
            })[]
            multipliers: ({
              kind: 'by_number'
              name: string
              parameter: string
              default?: number
            } | {
              kind: 'by_text'
              name: string
              parameter: string
              ratios: {
                [name: string]: {
                  numerator: number
                  denominator: number
                }
              }
              default?: string
            })[]
            windows: {
              name: string
              /** Whole numbers: four fifths are 4 and 5, never 0.8 */
              ratio: {
                numerator: number
                denominator: number
              }
              from?: string
              to?: string
              hours?: {
                from: string
                to: string
                utc_offset_minutes: number
              }
            }[]
            discounts: {
              plan: string
              /** Whole numbers: four fifths are 4 and 5, never 0.8 */
              ratio: {
                numerator: number
                denominator: number
              }
            }[]
            minimum: number
            /** The first charge of an owner costs nothing */
            first_free: boolean
          }
          /** RFC 3339, UTC */
          effective_at: string
          /** RFC 3339, UTC */
          published_at: string
          published_by: string
          /** As it was written; `first_prices` where an installation starts with it */
          reason: string
          state: ('superseded' | 'in_force' | 'scheduled')
        }[]
        next_cursor: (string | null)
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** Publish a new version of a price, from a date on */
  publish_price: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: { content: { 'application/json': {
        action: string
        rule: {
          base?: number | undefined
          terms?: ({
            kind: 'per_unit'
            name: string
            parameter: string
            credits: number
            unit_size: number
            default?: number | undefined
          } | {
            kind: 'table'
            name: string
            parameter: string
            credits: {
              [name: string]: number
            }
            default?: string | undefined
          })[] | undefined
          multipliers?: ({
            kind: 'by_number'
            name: string
            parameter: string
            default?: number | undefined
          } | {
            kind: 'by_text'
            name: string
            parameter: string
            ratios: {
              [name: string]: {
                numerator: number
                denominator: number
              }
            }
            default?: string | undefined
          })[] | undefined
          windows?: {
            name: string
            /** Whole numbers: four fifths are 4 and 5, never 0.8 */
            ratio: {
              numerator: number
              denominator: number
            }
            from?: string | undefined
            to?: string | undefined
            hours?: {
              from: string
              to: string
              utc_offset_minutes: number
            } | undefined
          }[] | undefined
          discounts?: {
            plan: string
            /** Whole numbers: four fifths are 4 and 5, never 0.8 */
            ratio: {
              numerator: number
              denominator: number
            }
          }[] | undefined
          minimum?: number | undefined
          /** The first charge of an owner costs nothing */
          first_free?: boolean | undefined
        }
        effective_at?: string | undefined
        /** The newest version you saw; refused when there is a newer one */
        after_version?: number | undefined
        reason: string
      } } }
    responses: {
      201: { content: { 'application/json': {
        action: string
        price_version: number
        rule: {
          base: number
          terms: ({
            kind: 'per_unit'
            name: string
            parameter: string
            credits: number
            unit_size: number
            default?: number
          } | {
            kind: 'table'
            name: string
            parameter: string
            credits: {
              [name: string]: number
            }
            default?: string
          })[]
          multipliers: ({
            kind: 'by_number'
            name: string
            parameter: string
            default?: number
          } | {
            kind: 'by_text'
            name: string
            parameter: string
            ratios: {
              [name: string]: {
                numerator: number
                denominator: number
              }
            }
            default?: string
          })[]
          windows: {
            name: string
            /** Whole numbers: four fifths are 4 and 5, never 0.8 */
            ratio: {
              numerator: number
              denominator: number
            }
            from?: string
            to?: string
            hours?: {
              from: string
              to: string
              utc_offset_minutes: number
            }
          }[]
          discounts: {
            plan: string
            /** Whole numbers: four fifths are 4 and 5, never 0.8 */
            ratio: {
              numerator: number
              denominator: number
            }
          }[]
          minimum: number
          /** The first charge of an owner costs nothing */
          first_free: boolean
        }
        /** RFC 3339, UTC */
        effective_at: string
        /** RFC 3339, UTC */
        published_at: string
        published_by: string
        /** As it was written; `first_prices` where an installation starts with it */
        reason: string
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** What proposed rules would change, on samples and on the traffic of last week */
  preview_prices: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: { content: { 'application/json': {
        changes: {
          action: string
          rule: {
            base?: number | undefined
            terms?: ({
              kind: 'per_unit'
              name: string
              parameter: string
              credits: number
              unit_size: number
              default?: number | undefined
            } | {
              kind: 'table'
              name: string
              parameter: string
              credits: {
                [name: string]: number
              }
              default?: string | undefined
            })[] | undefined
            multipliers?: ({
              kind: 'by_number'
              name: string
              parameter: string
              default?: number | undefined
            } | {
              kind: 'by_text'
              name: string
              parameter: string
              ratios: {
                [name: string]: {
                  numerator: number
                  denominator: number
                }
              }
              default?: string | undefined
            })[] | undefined
            windows?: {
              name: string
              /** Whole numbers: four fifths are 4 and 5, never 0.8 */
              ratio: {
                numerator: number
                denominator: number
              }
              from?: string | undefined
              to?: string | undefined
              hours?: {
                from: string
                to: string
                utc_offset_minutes: number
              } | undefined
            }[] | undefined
            discounts?: {
              plan: string
              /** Whole numbers: four fifths are 4 and 5, never 0.8 */
              ratio: {
                numerator: number
                denominator: number
              }
            }[] | undefined
            minimum?: number | undefined
            /** The first charge of an owner costs nothing */
            first_free?: boolean | undefined
          }
          samples?: {
            params: {
              [name: string]: unknown
            }
            plan?: string | undefined
          }[] | undefined
        }[]
      } } }
    responses: {
      200: { content: { 'application/json': {
        items: {
          action: string
          price_version: (number | null)
          samples: {
            params: {
              [name: string]: unknown
            }
            before: (number | null)
            after: (number | null)
          }[]
          impact: ({
            /** RFC 3339, UTC */
            from: string
            /** RFC 3339, UTC */
            to: string
            charges: number
            before: number
            after: number
            change: number
            /** Charges the new rule would refuse; in no sum */
            refused: number
            /** Charges of unknown parameters; in no sum */
            unknown: number
          } | null)
        }[]
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** What is on sale now, in the order of the shelf */
  list_products: {
    parameters: {
      query?: {
        product_type?: ('recharge' | 'month_card' | 'plan' | 'promoter_activation' | 'bundle') | undefined
        currency?: string | undefined
      } | undefined
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: { content: { 'application/json': {
        items: {
          product_id: number
          product_type: ('recharge' | 'month_card' | 'plan' | 'promoter_activation' | 'bundle')
          version: number
          /** In the language of the caller, as the blurb is */
          name: string
          blurb: string
          /** Yuan, to be shown; to reckon with, take `prices` */
          amount_cny?: number
          /** Minor units */
          prices: {
            currency: string
            amount: number
          }[]
          credits: number
          /** On top, for anybody, at the first of the prices */
          bonus_credits: number
          total_credits: number
          bonus_tiers?: {
            currency: string
            from_paid_minor: number
            credits: number
          }[]
          first_purchase_double: boolean
          vip_multiplier_applies: boolean
          per_user_limit: (number | null)
          sale_until: (string | null)
          channels: (string[] | null)
          refund: {
            window_days: number
            /** True: the share of paid credits that is unused; false: all, where none is used */
            pro_rata: boolean
            /** Kept of what goes back, in the currency that was paid in */
            fee: {
              percent_bp: number
              minimum_minor: number
            }
          }
          days?: number
          daily_credits?: number
        }[]
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** One product that is on sale now */
  get_product: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: { content: { 'application/json': {
        product_id: number
        product_type: ('recharge' | 'month_card' | 'plan' | 'promoter_activation' | 'bundle')
        version: number
        /** In the language of the caller, as the blurb is */
        name: string
        blurb: string
        /** Yuan, to be shown; to reckon with, take `prices` */
        amount_cny?: number
        /** Minor units */
        prices: {
          currency: string
          amount: number
        }[]
        credits: number
        /** On top, for anybody, at the first of the prices */
        bonus_credits: number
        total_credits: number
        bonus_tiers?: {
          currency: string
          from_paid_minor: number
          credits: number
        }[]
        first_purchase_double: boolean
        vip_multiplier_applies: boolean
        per_user_limit: (number | null)
        sale_until: (string | null)
        channels: (string[] | null)
        refund: {
          window_days: number
          /** True: the share of paid credits that is unused; false: all, where none is used */
          pro_rata: boolean
          /** Kept of what goes back, in the currency that was paid in */
          fee: {
            percent_bp: number
            minimum_minor: number
          }
        }
        days?: number
        daily_credits?: number
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** Every product in its newest version, on sale or not */
  list_all_products: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: { content: { 'application/json': {
        items: {
          product_id: number
          product_type: ('recharge' | 'month_card' | 'plan' | 'promoter_activation' | 'bundle')
          version: number
          terms: {
            name: {
              /** Letters of any script, digits, spaces and dots */
              en: string
              /** Letters of any script, digits, spaces and dots */
              zh: string
            }
            prices: {
              currency: string
              amount: number
            }[]
            credits: number
            blurb: {
              en: string
              zh: string
            }
            bonus: ({
              kind: 'flat'
              credits: number
            } | {
              kind: 'tiers'
              tiers: {
                currency: string
                from_paid_minor: number
                credits: number
              }[]
            })
            /** The credits once more, the first time an owner pays for this very product */
            first_purchase_double: boolean
            per_user_limit: (number | null)
            sale: {
              from: (string | null)
              until: (string | null)
            }
            channels: (string[] | null)
            active: boolean
            sort: number
            vip_multiplier_applies: boolean
            refund: {
              window_days: number
              /** True: the share of paid credits that is unused; false: all, where none is used */
              pro_rata: boolean
              /** Kept of what goes back, in the currency that was paid in */
              fee: {
                percent_bp: number
                minimum_minor: number
              }
            }
            month_card: ({
              days: number
              daily_credits: number
            } | null)
          }
          /** RFC 3339, UTC */
          published_at: string
          published_by: string
          /** How many there are; the newest is shown */
          versions: number
          /** Active, and in its window just now */
          on_sale: boolean
        }[]
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** Put a new product on the shelf */
  add_product: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: { content: { 'application/json': {
        /** Name it and the call may be repeated; else it gets the next free one */
        product_id?: number | undefined
        product_type: ('recharge' | 'month_card' | 'plan' | 'promoter_activation' | 'bundle')
        terms: {
          name: {
            /** Letters of any script, digits, spaces and dots */
            en: string
            /** Letters of any script, digits, spaces and dots */
            zh: string
          }
          prices: {
            currency: string
            amount: number
          }[]
          credits: number
          blurb?: {
            en: string
            zh: string
          } | undefined
          bonus?: ({
            kind: 'flat'
            credits: number
          } | {
            kind: 'tiers'
            tiers: {
              currency: string
              from_paid_minor: number
              credits: number
            }[]
          }) | undefined
          /** The credits once more, the first time an owner pays for this very product */
          first_purchase_double?: boolean | undefined
          per_user_limit?: (number | null) | undefined
          sale?: {
            from: (string | null)
            until: (string | null)
          } | undefined
          channels?: (string[] | null) | undefined
          active?: boolean | undefined
          sort?: number | undefined
          vip_multiplier_applies?: boolean | undefined
          refund?: {
            window_days: number
            /** True: the share of paid credits that is unused; false: all, where none is used */
            pro_rata: boolean
            /** Kept of what goes back, in the currency that was paid in */
            fee: {
              percent_bp: number
              minimum_minor: number
            }
          } | undefined
          month_card?: ({
            days: number
            daily_credits: number
          } | null) | undefined
        }
        reason?: string | undefined
      } } }
    responses: {
      201: { content: { 'application/json': {
        product_id: number
        product_type: ('recharge' | 'month_card' | 'plan' | 'promoter_activation' | 'bundle')
        version: number
        terms: {
          name: {
            /** Letters of any script, digits, spaces and dots */
            en: string
            /** Letters of any script, digits, spaces and dots */
            zh: string
          }
          prices: {
            currency: string
            amount: number
          }[]
          credits: number
          blurb: {
            en: string
            zh: string
          }
          bonus: ({
            kind: 'flat'
            credits: number
          } | {
            kind: 'tiers'
            tiers: {
              currency: string
              from_paid_minor: number
              credits: number
            }[]
          })
          /** The credits once more, the first time an owner pays for this very product */
          first_purchase_double: boolean
          per_user_limit: (number | null)
          sale: {
            from: (string | null)
            until: (string | null)
          }
          channels: (string[] | null)
          active: boolean
          sort: number
          vip_multiplier_applies: boolean
          refund: {
            window_days: number
            /** True: the share of paid credits that is unused; false: all, where none is used */
            pro_rata: boolean
            /** Kept of what goes back, in the currency that was paid in */
            fee: {
              percent_bp: number
              minimum_minor: number
            }
          }
          month_card: ({
            days: number
            daily_credits: number
          } | null)
        }
        /** RFC 3339, UTC */
        published_at: string
        published_by: string
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** What a product was, the newest version first */
  list_product_versions: {
    parameters: {
      query?: {
        limit?: number | undefined
        cursor?: string | undefined
      } | undefined
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: { content: { 'application/json': {
        items: {
          product_id: number
          product_type: ('recharge' | 'month_card' | 'plan' | 'promoter_activation' | 'bundle')
          version: number
          terms: {
            name: {
              /** Letters of any script, digits, spaces and dots */
              en: string
              /** Letters of any script, digits, spaces and dots */
              zh: string
            }
            prices: {
              currency: string
              amount: number
            }[]
            credits: number
            blurb: {
              en: string
              zh: string
            }
            bonus: ({
              kind: 'flat'
              credits: number
            } | {
              kind: 'tiers'
              tiers: {
                currency: string
                from_paid_minor: number
                credits: number
              }[]
            })
            /** The credits once more, the first time an owner pays for this very product */
            first_purchase_double: boolean
            per_user_limit: (number | null)
            sale: {
              from: (string | null)
              until: (string | null)
            }
            channels: (string[] | null)
            active: boolean
            sort: number
            vip_multiplier_applies: boolean
            refund: {
              window_days: number
              /** True: the share of paid credits that is unused; false: all, where none is used */
              pro_rata: boolean
              /** Kept of what goes back, in the currency that was paid in */
              fee: {
                percent_bp: number
                minimum_minor: number
              }
            }
            month_card: ({
              days: number
              daily_credits: number
            } | null)
          }
          /** RFC 3339, UTC */
          published_at: string
          published_by: string
        }[]
        next_cursor: (string | null)
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** Publish the next version of a product; orders keep the one they were made from */
  change_product: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody: { content: { 'application/json': {
        /** The one you saw; refused when there is a newer one */
        version: number
        terms: {
          name: {
            /** Letters of any script, digits, spaces and dots */
            en: string
            /** Letters of any script, digits, spaces and dots */
            zh: string
          }
          prices: {
            currency: string
            amount: number
          }[]
          credits: number
          blurb?: {
            en: string
            zh: string
          } | undefined
          bonus?: ({
            kind: 'flat'
            credits: number
          } | {
            kind: 'tiers'
            tiers: {
              currency: string
              from_paid_minor: number
              credits: number
            }[]
          }) | undefined
          /** The credits once more, the first time an owner pays for this very product */
          first_purchase_double?: boolean | undefined
          per_user_limit?: (number | null) | undefined
          sale?: {
            from: (string | null)
            until: (string | null)
          } | undefined
          channels?: (string[] | null) | undefined
          active?: boolean | undefined
          sort?: number | undefined
          vip_multiplier_applies?: boolean | undefined
          refund?: {
            window_days: number
            /** True: the share of paid credits that is unused; false: all, where none is used */
            pro_rata: boolean
            /** Kept of what goes back, in the currency that was paid in */
            fee: {
              percent_bp: number
              minimum_minor: number
            }
          } | undefined
          month_card?: ({
            days: number
            daily_credits: number
          } | null) | undefined
        }
        reason?: string | undefined
      } } }
    responses: {
      200: { content: { 'application/json': {
        product_id: number
        product_type: ('recharge' | 'month_card' | 'plan' | 'promoter_activation' | 'bundle')
        version: number
        terms: {
          name: {
            /** Letters of any script, digits, spaces and dots */
            en: string
            /** Letters of any script, digits, spaces and dots */
            zh: string
          }
          prices: {
            currency: string
            amount: number
          }[]
          credits: number
          blurb: {
            en: string
            zh: string
          }
          bonus: ({
            kind: 'flat'
            credits: number
          } | {
            kind: 'tiers'
            tiers: {
              currency: string
              from_paid_minor: number
              credits: number
            }[]
          })
          /** The credits once more, the first time an owner pays for this very product */
          first_purchase_double: boolean
          per_user_limit: (number | null)
          sale: {
            from: (string | null)
            until: (string | null)
          }
          channels: (string[] | null)
          active: boolean
          sort: number
          vip_multiplier_applies: boolean
          refund: {
            window_days: number
            /** True: the share of paid credits that is unused; false: all, where none is used */
            pro_rata: boolean
            /** Kept of what goes back, in the currency that was paid in */
            fee: {
              percent_bp: number
              minimum_minor: number
            }
          }
          month_card: ({
            days: number
            daily_credits: number
          } | null)
        }
        /** RFC 3339, UTC */
        published_at: string
        published_by: string
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** What a product costs now, and what it gives */
  quote_order: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: { content: { 'application/json': {
        owner?: string | undefined
        external_id?: string | undefined
        product_id: number
        currency?: string | undefined
        pay_channel?: string | undefined
      } } }
    responses: {
      200: { content: { 'application/json': {
        product_id: number
        version: number
        /** Whole minor units of the currency */
        amount: number
        currency: string
        credits: number
        bonuses: {
          kind: string
          credits: number
        }[]
        total_credits: number
        expires_at: string
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** Order a product and ask for a way to pay; or another way to pay an order */
  create_payment: {
    parameters: {
      query?: never
      header?: {
        /** A new one for each intent, the same one for each retry: letters, digits, _ . : - */
        'Idempotency-Key'?: string | undefined
      } | undefined
      path?: never
      cookie?: never
    }
    requestBody: { content: { 'application/json': {
        owner?: string | undefined
        external_id?: string | undefined
        product_id?: number | undefined
        order_id?: string | undefined
        pay_channel: string
        method?: string | undefined
        account?: string | undefined
        currency?: string | undefined
        return_url?: string | undefined
        /** For WeChat in its own browser; from a key only */
        openid?: string | undefined
      } } }
    responses: {
      201: { content: { 'application/json': {
        payment_id: string
        order_id: string
        owner: string
        product_id: number
        product_name: {
          en: string
          zh: string
        }
        status: ('pending' | 'paid' | 'failed' | 'closed' | 'partially_refunded' | 'refunded')
        /** Whole minor units of the currency */
        amount: number
        currency: string
        /** In yuan, to be shown */
        amount_cny?: number
        credits: number
        bonus_credits: number
        pay_channel: string
        method: string
        livemode: boolean
        next: ({
          kind: ('qr' | 'redirect' | 'jsapi' | 'wait')
          /** What the QR code says */
          qr?: string
          /** Where the payer goes */
          url?: string
          params?: {
            [name: string]: unknown
          }
          text?: string
        } | null)
        /** Whole minor units of the currency */
        refunded: number
        /** RFC 3339, UTC */
        created_at: string
        /** RFC 3339, UTC */
        expires_at: string
        paid_at: (string | null)
        /** When it failed or was closed */
        ended_at: (string | null)
        /** What the payer tried last was refused at the provider; they may try again */
        declined: boolean
        /** Money came that fits nothing, or could not be sent back: staff look at it */
        suspended: boolean
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** Payments of an owner, newest first */
  list_payments: {
    parameters: {
      query?: {
        owner?: string | undefined
        external_id?: string | undefined
        limit?: number | undefined
        cursor?: string | undefined
        /** Of this order alone */
        order_id?: string | undefined
      } | undefined
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: { content: { 'application/json': {
        items: {
          payment_id: string
          order_id: string
          owner: string
          product_id: number
          product_name: {
            en: string
            zh: string
          }
          status: ('pending' | 'paid' | 'failed' | 'closed' | 'partially_refunded' | 'refunded')
          /** Whole minor units of the currency */
          amount: number
          currency: string
          /** In yuan, to be shown */
          amount_cny?: number
          credits: number
          bonus_credits: number
          pay_channel: string
          method: string
          livemode: boolean
          next: ({
            kind: ('qr' | 'redirect' | 'jsapi' | 'wait')
            /** What the QR code says */
            qr?: string
            /** Where the payer goes */
            url?: string
            params?: {
              [name: string]: unknown
            }
            text?: string
          } | null)
          /** Whole minor units of the currency */
          refunded: number
          /** RFC 3339, UTC */
          created_at: string
          /** RFC 3339, UTC */
          expires_at: string
          paid_at: (string | null)
          /** When it failed or was closed */
          ended_at: (string | null)
          /** What the payer tried last was refused at the provider; they may try again */
          declined: boolean
          /** Money came that fits nothing, or could not be sent back: staff look at it */
          suspended: boolean
        }[]
        next_cursor: (string | null)
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** How a payment stands */
  get_payment: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: { content: { 'application/json': {
        payment_id: string
        order_id: string
        owner: string
        product_id: number
        product_name: {
          en: string
          zh: string
        }
        status: ('pending' | 'paid' | 'failed' | 'closed' | 'partially_refunded' | 'refunded')
        /** Whole minor units of the currency */
        amount: number
        currency: string
        /** In yuan, to be shown */
        amount_cny?: number
        credits: number
        bonus_credits: number
        pay_channel: string
        method: string
        livemode: boolean
        next: ({
          kind: ('qr' | 'redirect' | 'jsapi' | 'wait')
          /** What the QR code says */
          qr?: string
          /** Where the payer goes */
          url?: string
          params?: {
            [name: string]: unknown
          }
          text?: string
        } | null)
        /** Whole minor units of the currency */
        refunded: number
        /** RFC 3339, UTC */
        created_at: string
        /** RFC 3339, UTC */
        expires_at: string
        paid_at: (string | null)
        /** When it failed or was closed */
        ended_at: (string | null)
        /** What the payer tried last was refused at the provider; they may try again */
        declined: boolean
        /** Money came that fits nothing, or could not be sent back: staff look at it */
        suspended: boolean
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** Give an order up that nobody has paid; it is closed at the provider, too */
  cancel_payment: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: { content: { 'application/json': {
        payment_id: string
        order_id: string
        owner: string
        product_id: number
        product_name: {
          en: string
          zh: string
        }
        status: ('pending' | 'paid' | 'failed' | 'closed' | 'partially_refunded' | 'refunded')
        /** Whole minor units of the currency */
        amount: number
        currency: string
        /** In yuan, to be shown */
        amount_cny?: number
        credits: number
        bonus_credits: number
        pay_channel: string
        method: string
        livemode: boolean
        next: ({
          kind: ('qr' | 'redirect' | 'jsapi' | 'wait')
          /** What the QR code says */
          qr?: string
          /** Where the payer goes */
          url?: string
          params?: {
            [name: string]: unknown
          }
          text?: string
        } | null)
        /** Whole minor units of the currency */
        refunded: number
        /** RFC 3339, UTC */
        created_at: string
        /** RFC 3339, UTC */
        expires_at: string
        paid_at: (string | null)
        /** When it failed or was closed */
        ended_at: (string | null)
        /** What the payer tried last was refused at the provider; they may try again */
        declined: boolean
        /** Money came that fits nothing, or could not be sent back: staff look at it */
        suspended: boolean
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** By which channels a currency can be paid now; a product may allow fewer */
  list_open_channels: {
    parameters: {
      query?: {
        currency?: string | undefined
      } | undefined
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: { content: { 'application/json': {
        items: {
          channel: string
          methods: string[]
          livemode: boolean
          /** Whole minor units of the currency */
          minor_min: number
          /** Whole minor units of the currency */
          minor_max: number
        }[]
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** Ask the provider how a payment stands, now */
  check_payment: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: { content: { 'application/json': {
        payment_id: string
        order_id: string
        owner: string
        product_id: number
        product_name: {
          en: string
          zh: string
        }
        status: ('pending' | 'paid' | 'failed' | 'closed' | 'partially_refunded' | 'refunded')
        /** Whole minor units of the currency */
        amount: number
        currency: string
        /** In yuan, to be shown */
        amount_cny?: number
        credits: number
        bonus_credits: number
        pay_channel: string
        method: string
        livemode: boolean
        next: ({
          kind: ('qr' | 'redirect' | 'jsapi' | 'wait')
          /** What the QR code says */
          qr?: string
          /** Where the payer goes */
          url?: string
          params?: {
            [name: string]: unknown
          }
          text?: string
        } | null)
        /** Whole minor units of the currency */
        refunded: number
        /** RFC 3339, UTC */
        created_at: string
        /** RFC 3339, UTC */
        expires_at: string
        paid_at: (string | null)
        /** When it failed or was closed */
        ended_at: (string | null)
        /** What the payer tried last was refused at the provider; they may try again */
        declined: boolean
        /** Money came that fits nothing, or could not be sent back: staff look at it */
        suspended: boolean
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** What happened to a payment, in its order */
  get_payment_timeline: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: { content: { 'application/json': {
        items: {
          /** RFC 3339, UTC */
          at: string
          what: ('started' | 'failed' | 'closed' | 'paid' | 'received' | 'sent_back' | 'suspended' | 'refund_asked' | 'refund_succeeded' | 'refund_failed' | 'refund_rejected' | 'dispute_opened' | 'dispute_won' | 'dispute_lost')
          amount: (number | null)
          currency: string
          refund_id: (string | null)
        }[]
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** What an owner has saved to be charged with, the newest first */
  list_instruments: {
    parameters: {
      query?: {
        owner?: string | undefined
        external_id?: string | undefined
      } | undefined
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: { content: { 'application/json': {
        items: {
          instrument_id: string
          channel: string
          account: string
          /** What it was charged in when it was saved */
          currency: string
          livemode: boolean
          /** RFC 3339, UTC */
          created_at: string
        }[]
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** Charge this no more */
  remove_instrument: {
    parameters: {
      query?: {
        owner?: string | undefined
        external_id?: string | undefined
      } | undefined
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      204: { content?: never }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** What a refund would give back and take now */
  quote_refund: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody: { content: { 'application/json': {
        /** Left out: what the terms of the product offer */
        amount?: number | undefined
        /** What was spent becomes debt; else it is refused */
        allow_debt?: boolean | undefined
      } } }
    responses: {
      200: { content: { 'application/json': {
        payment_id: string
        order_id: string
        currency: string
        /** Whole minor units of the currency */
        cash_back: number
        /** Whole minor units of the currency */
        fee: number
        /** What was bought and what came with it */
        credits_taken: number
        /** Credits that were spent and would be owed */
        debt: number
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** Give money back: its credits are frozen now, and taken when it has arrived */
  create_refund: {
    parameters: {
      query?: never
      header?: {
        /** A new one for each intent, the same one for each retry: letters, digits, _ . : - */
        'Idempotency-Key'?: string | undefined
      } | undefined
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody: { content: { 'application/json': {
        /** Left out: what the terms of the product offer */
        amount?: number | undefined
        /** What was spent becomes debt; else it is refused */
        allow_debt?: boolean | undefined
        reason: string
      } } }
    responses: {
      201: { content: { 'application/json': {
        refund_id: string
        payment_id: (string | null)
        order_id: (string | null)
        /** Whole minor units of the currency */
        amount: number
        /** Whole minor units of the currency */
        fee: number
        currency: string
        status: ('requested' | 'approved' | 'submitted' | 'unknown' | 'succeeded' | 'failed' | 'abnormal' | 'rejected')
        /** As it was written, or of the house itself: refunded_at_provider, rest_of_refunded_at_provider, paid_twice_or_late */
        reason: string
        /** RFC 3339, UTC */
        created_at: string
        settled_at: (string | null)
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** Refunds of what an owner paid, newest first, whoever began them */
  list_owner_refunds: {
    parameters: {
      query?: {
        owner?: string | undefined
        external_id?: string | undefined
        limit?: number | undefined
        cursor?: string | undefined
      } | undefined
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: { content: { 'application/json': {
        items: {
          refund_id: string
          payment_id: (string | null)
          order_id: (string | null)
          /** Whole minor units of the currency */
          amount: number
          /** Whole minor units of the currency */
          fee: number
          currency: string
          status: ('requested' | 'approved' | 'submitted' | 'unknown' | 'succeeded' | 'failed' | 'abnormal' | 'rejected')
          /** As it was written, or of the house itself: refunded_at_provider, rest_of_refunded_at_provider, paid_twice_or_late */
          reason: string
          /** RFC 3339, UTC */
          created_at: string
          settled_at: (string | null)
        }[]
        next_cursor: (string | null)
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** How a refund stands */
  get_refund: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: { content: { 'application/json': {
        refund_id: string
        payment_id: (string | null)
        order_id: (string | null)
        /** Whole minor units of the currency */
        amount: number
        /** Whole minor units of the currency */
        fee: number
        currency: string
        status: ('requested' | 'approved' | 'submitted' | 'unknown' | 'succeeded' | 'failed' | 'abnormal' | 'rejected')
        /** As it was written, or of the house itself: refunded_at_provider, rest_of_refunded_at_provider, paid_twice_or_late */
        reason: string
        /** RFC 3339, UTC */
        created_at: string
        settled_at: (string | null)
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** Orders of everybody, newest first */
  list_orders: {
    parameters: {
      query?: {
        /** An order, payment or refund, our number at a provider, or theirs */
        query?: string | undefined
        status?: ('pending' | 'paid' | 'partially_refunded' | 'refunded' | 'closed') | undefined
        owner?: string | undefined
        product_id?: number | undefined
        livemode?: boolean | undefined
        from?: string | undefined
        to?: string | undefined
        limit?: number | undefined
        cursor?: string | undefined
      } | undefined
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: { content: { 'application/json': {
        items: {
          order_id: string
          owner: string
          product_id: number
          /** The one that was promised */
          product_version: number
          product_name: {
            en: string
            zh: string
          }
          /** Whole minor units of the currency */
          amount: number
          currency: string
          livemode: boolean
          /** What is granted; play money buys play credits */
          asset: string
          credits: number
          bonus_credits: number
          /** In one word, as the owner sees it */
          status: ('pending' | 'paid' | 'partially_refunded' | 'refunded' | 'closed')
          state: ('created' | 'pending' | 'closing' | 'closed' | 'paid' | 'paid_late' | 'partially_refunded' | 'refunded')
          /** Whole minor units of the currency */
          refunded: number
          /** On its way back, open disputes included */
          underway: number
          payment_id: (string | null)
          pay_channel: (string | null)
          account: (string | null)
          method: (string | null)
          /** Ordered because credits ran low */
          by_itself: boolean
          /** RFC 3339, UTC */
          created_at: string
          /** RFC 3339, UTC */
          expires_at: string
          paid_at: (string | null)
        }[]
        next_cursor: (string | null)
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** How many orders stand where */
  count_orders: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: { content: { 'application/json': {
        items: {
          status: ('pending' | 'paid' | 'partially_refunded' | 'refunded' | 'closed')
          count: number
          /** There are more than were counted */
          more: boolean
        }[]
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** Accounts at the providers, and the channels there are */
  list_channel_accounts: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: { content: { 'application/json': {
        items: {
          channel: string
          account: string
          merchant: string
          livemode: boolean
          enabled: boolean
          settings: {
            [name: string]: unknown
          }
          /** Which are kept; never what they are */
          secrets: string[]
          /** Whole minor units of the currency */
          minor_min: number
          /** Whole minor units of the currency */
          minor_max: number
          hook_url: string
          /** RFC 3339, UTC */
          changed_at: string
        }[]
        channels: {
          channel: string
          methods: string[]
          /** Null is any; the limits of an account are minor units of each */
          currencies: (string[] | null)
          settings: {
            [name: string]: unknown
          }
          secrets: {
            [name: string]: unknown
          }
        }[]
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** One account at a provider */
  get_channel_account: {
    parameters: {
      query?: never
      header?: never
      path: {
        channel: string
        account: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: { content: { 'application/json': {
        channel: string
        account: string
        merchant: string
        livemode: boolean
        enabled: boolean
        settings: {
          [name: string]: unknown
        }
        /** Which are kept; never what they are */
        secrets: string[]
        /** Whole minor units of the currency */
        minor_min: number
        /** Whole minor units of the currency */
        minor_max: number
        hook_url: string
        /** RFC 3339, UTC */
        changed_at: string
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** Open or change an account; secrets and limits that are left out stay as they are */
  set_channel_account: {
    parameters: {
      query?: never
      header?: never
      path: {
        channel: string
        account: string
      }
      cookie?: never
    }
    requestBody: { content: { 'application/json': {
        merchant: string
        livemode: boolean
        enabled: boolean
        settings: {
          [name: string]: unknown
        }
        secrets?: {
          [name: string]: unknown
        } | undefined
        minor_min?: number | undefined
        minor_max?: number | undefined
      } } }
    responses: {
      200: { content: { 'application/json': {
        channel: string
        account: string
        merchant: string
        livemode: boolean
        enabled: boolean
        settings: {
          [name: string]: unknown
        }
        /** Which are kept; never what they are */
        secrets: string[]
        /** Whole minor units of the currency */
        minor_min: number
        /** Whole minor units of the currency */
        minor_max: number
        hook_url: string
        /** RFC 3339, UTC */
        changed_at: string
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** A message as it came: its headers and its body; who looks leaves a line */
  get_hook_event: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: { content: { 'application/json': {
        event_id: string
        channel: string
        account: string
        /** RFC 3339, UTC */
        received_at: string
        message_id: string
        type: string
        /** The key of ours that its signature was good by */
        key_id: string
        state: ('waiting' | 'done' | 'dead')
        attempts: number
        why: (string | null)
        /** Of which kinds */
        facts: string[]
        headers: {
          [name: string]: string
        }
        /** As text; what is not text is in base64 */
        body: string
        encoding: ('utf-8' | 'base64')
        /** Hexadecimal, of the bytes as they came */
        body_sha256: string
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** What providers told us, newest first */
  list_hook_events: {
    parameters: {
      query?: {
        limit?: number | undefined
        /** next_cursor of the page before */
        cursor?: string | undefined
        state?: ('waiting' | 'done' | 'dead') | undefined
        channel?: string | undefined
      } | undefined
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: { content: { 'application/json': {
        items: {
          event_id: string
          channel: string
          account: string
          /** RFC 3339, UTC */
          received_at: string
          message_id: string
          type: string
          /** The key of ours that its signature was good by */
          key_id: string
          state: ('waiting' | 'done' | 'dead')
          attempts: number
          why: (string | null)
          /** Of which kinds */
          facts: string[]
        }[]
        next_cursor: (string | null)
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** Do once more what follows from a message; what was done stays done once */
  rerun_hook_event: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: { content: { 'application/json': {
        event_id: string
        channel: string
        account: string
        /** RFC 3339, UTC */
        received_at: string
        message_id: string
        type: string
        /** The key of ours that its signature was good by */
        key_id: string
        state: ('waiting' | 'done' | 'dead')
        attempts: number
        why: (string | null)
        /** Of which kinds */
        facts: string[]
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** Send back what came in and fits nothing; asked again, it is the same refund. Above the limit a second person decides */
  return_suspended: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody: { content: { 'application/json': {
        reason: string
      } } }
    responses: {
      200: { content: { 'application/json': {
        refund_id: string
        channel: string
        account: string
        fact_id: string
        /** Whole minor units of the currency */
        amount: number
        currency: string
        cause: string
        reason: string
        state: string
        why: (string | null)
        /** RFC 3339, UTC */
        created_at: string
        settled_at: (string | null)
      } } }
      202: { content: { 'application/json': {
        proposal_id: string
        kind: string
        state: ('proposed' | 'approved' | 'rejected' | 'withdrawn' | 'expired')
        payload: {
          [name: string]: unknown
        }
        reason: string
        proposed_by: string
        /** RFC 3339, UTC */
        proposed_at: string
        /** RFC 3339, UTC */
        expires_at: string
        decided_by: (string | null)
        decided_at: (string | null)
        decision_reason: (string | null)
        result: ({
          [name: string]: unknown
        } | null)
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** Say that nothing is left to do about what came in, fits nothing and cannot be sent back from here; asked again, it stays so */
  set_suspended_aside: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody: { content: { 'application/json': {
        reason: string
      } } }
    responses: {
      200: { content: { 'application/json': {
        fact_id: string
        /** RFC 3339, UTC */
        set_aside_at: string
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** Money that came in and fits nothing, newest first */
  list_suspense: {
    parameters: {
      query?: {
        limit?: number | undefined
        /** next_cursor of the page before */
        cursor?: string | undefined
      } | undefined
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: { content: { 'application/json': {
        items: {
          fact_id: string
          channel: string
          account: string
          txn: string
          trade_no: (string | null)
          amount: (number | null)
          currency: string
          livemode: boolean
          /** RFC 3339, UTC */
          paid_at: string
          why: string
          /** RFC 3339, UTC */
          created_at: string
          /** Why it cannot be sent back from here, and may be set aside; `refused_there` is asked again each hour */
          stays: (('account_gone' | 'merchant_other' | 'amount_unreadable' | 'number_missing' | 'settled_otherwise' | 'refused_there' | 'stuck' | 'gone_back') | null)
          subject: (string | null)
          owner: (string | null)
        }[]
        next_cursor: (string | null)
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** Refunds, newest first */
  list_all_refunds: {
    parameters: {
      query?: {
        limit?: number | undefined
        /** next_cursor of the page before */
        cursor?: string | undefined
        state?: ('requested' | 'approved' | 'submitted' | 'unknown' | 'succeeded' | 'failed' | 'abnormal' | 'rejected') | undefined
      } | undefined
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: { content: { 'application/json': {
        items: {
          refund_id: string
          channel: string
          account: string
          fact_id: string
          /** Whole minor units of the currency */
          amount: number
          currency: string
          cause: string
          reason: string
          state: string
          why: (string | null)
          /** RFC 3339, UTC */
          created_at: string
          settled_at: (string | null)
        }[]
        next_cursor: (string | null)
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** Disputes about payments, newest first */
  list_disputes: {
    parameters: {
      query?: {
        limit?: number | undefined
        /** next_cursor of the page before */
        cursor?: string | undefined
        state?: ('opened' | 'won' | 'lost') | undefined
      } | undefined
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: { content: { 'application/json': {
        items: {
          dispute_id: string
          channel: string
          account: string
          /** The number that the provider gave it */
          ref: string
          fact_id: string
          /** Whole minor units of the currency */
          amount: number
          currency: string
          livemode: boolean
          state: ('opened' | 'won' | 'lost')
          /** RFC 3339, UTC */
          opened_at: string
          settled_at: (string | null)
          payment_id: (string | null)
          subject: (string | null)
          owner: (string | null)
        }[]
        next_cursor: (string | null)
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** How the payments of the last hours ended, at each account */
  get_channels_health: {
    parameters: {
      query?: {
        hours?: number | undefined
      } | undefined
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: { content: { 'application/json': {
        /** RFC 3339, UTC */
        since: string
        items: {
          channel: string
          account: string
          livemode: boolean
          enabled: boolean
          /** Begun in this time */
          attempts: number
          succeeded: number
          /** The provider, or the payer’s bank, said no */
          failed: number
          /** Nobody paid in time */
          closed: number
          /** Nobody knows yet how these end */
          open: number
          last_paid_at: (string | null)
        }[]
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** Say that a bank transfer has come; somebody else has to agree */
  mark_offline_paid: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody: { content: { 'application/json': {
        /** The bank’s own number of the transfer */
        reference: string
        reason: string
        amount: number
        currency: string
        paid_at?: string | undefined
      } } }
    responses: {
      202: { content: { 'application/json': {
        proposal_id: string
        kind: string
        state: ('proposed' | 'approved' | 'rejected' | 'withdrawn' | 'expired')
        payload: {
          [name: string]: unknown
        }
        reason: string
        proposed_by: string
        /** RFC 3339, UTC */
        proposed_at: string
        /** RFC 3339, UTC */
        expires_at: string
        decided_by: (string | null)
        decided_at: (string | null)
        decision_reason: (string | null)
        result: ({
          [name: string]: unknown
        } | null)
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** Say that a transfer back has left the bank, or came back; somebody else has to agree */
  mark_offline_refunded: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody: { content: { 'application/json': {
        /** The bank’s own number of the transfer */
        reference: string
        reason: string
        outcome?: ('succeeded' | 'failed') | undefined
      } } }
    responses: {
      202: { content: { 'application/json': {
        proposal_id: string
        kind: string
        state: ('proposed' | 'approved' | 'rejected' | 'withdrawn' | 'expired')
        payload: {
          [name: string]: unknown
        }
        reason: string
        proposed_by: string
        /** RFC 3339, UTC */
        proposed_at: string
        /** RFC 3339, UTC */
        expires_at: string
        decided_by: (string | null)
        decided_at: (string | null)
        decision_reason: (string | null)
        result: ({
          [name: string]: unknown
        } | null)
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** Which providers a lab on this machine plays, and what goes wrong there */
  list_lab_faults: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: { content: { 'application/json': {
        items: {
          channel: string
          account: string
          /** Where its settings lead to */
          origin: string
          /** Whether a lab answers there */
          answers: boolean
          /** What stands at this provider */
          faults: {
            fault: string
            /** At all providers of this lab */
            everywhere: boolean
            times: (number | null)
            share: (number | null)
            ms: (number | null)
          }[]
        }[]
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** Let something go wrong at a played provider: once, so many times, or by chance */
  add_lab_fault: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: { content: { 'application/json': {
        channel: string
        account: string
        fault: ('latency' | 'drop_after_commit' | 'refuse_connection' | 'server_error' | 'error_after_commit' | 'busy' | 'truncate' | 'duplicate' | 'reorder' | 'delay' | 'lose' | 'forge' | 'wrong_amount' | 'clock_skew')
        times?: number | undefined
        share?: number | undefined
        ms?: number | undefined
      } } }
    responses: {
      200: { content: { 'application/json': {
        items: {
          channel: string
          account: string
          /** Where its settings lead to */
          origin: string
          /** Whether a lab answers there */
          answers: boolean
          /** What stands at this provider */
          faults: {
            fault: string
            /** At all providers of this lab */
            everywhere: boolean
            times: (number | null)
            share: (number | null)
            ms: (number | null)
          }[]
        }[]
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** Let all go well again at every played provider */
  clear_lab_faults: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: { content: { 'application/json': {
        items: {
          channel: string
          account: string
          /** Where its settings lead to */
          origin: string
          /** Whether a lab answers there */
          answers: boolean
          /** What stands at this provider */
          faults: {
            fault: string
            /** At all providers of this lab */
            everywhere: boolean
            times: (number | null)
            share: (number | null)
            ms: (number | null)
          }[]
        }[]
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** What waits for a second person, and what was decided; newest first */
  list_proposals: {
    parameters: {
      query?: {
        state?: ('proposed' | 'approved' | 'rejected' | 'withdrawn' | 'expired') | undefined
        limit?: number | undefined
        cursor?: string | undefined
      } | undefined
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: { content: { 'application/json': {
        items: {
          proposal_id: string
          kind: string
          state: ('proposed' | 'approved' | 'rejected' | 'withdrawn' | 'expired')
          payload: {
            [name: string]: unknown
          }
          reason: string
          proposed_by: string
          /** RFC 3339, UTC */
          proposed_at: string
          /** RFC 3339, UTC */
          expires_at: string
          decided_by: (string | null)
          decided_at: (string | null)
          decision_reason: (string | null)
          result: ({
            [name: string]: unknown
          } | null)
          why_not: (string | null)
        }[]
        next_cursor: (string | null)
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** One proposal */
  get_proposal: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: { content: { 'application/json': {
        proposal_id: string
        kind: string
        state: ('proposed' | 'approved' | 'rejected' | 'withdrawn' | 'expired')
        payload: {
          [name: string]: unknown
        }
        reason: string
        proposed_by: string
        /** RFC 3339, UTC */
        proposed_at: string
        /** RFC 3339, UTC */
        expires_at: string
        decided_by: (string | null)
        decided_at: (string | null)
        decision_reason: (string | null)
        result: ({
          [name: string]: unknown
        } | null)
        why_not: (string | null)
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** Do what somebody else proposed; needs the scope of what is done */
  approve_proposal: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: { content: { 'application/json': {
        proposal_id: string
        kind: string
        state: ('proposed' | 'approved' | 'rejected' | 'withdrawn' | 'expired')
        payload: {
          [name: string]: unknown
        }
        reason: string
        proposed_by: string
        /** RFC 3339, UTC */
        proposed_at: string
        /** RFC 3339, UTC */
        expires_at: string
        decided_by: (string | null)
        decided_at: (string | null)
        decision_reason: (string | null)
        result: ({
          [name: string]: unknown
        } | null)
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** Decide that it is not done */
  reject_proposal: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody: { content: { 'application/json': {
        reason: string
      } } }
    responses: {
      200: { content: { 'application/json': {
        proposal_id: string
        kind: string
        state: ('proposed' | 'approved' | 'rejected' | 'withdrawn' | 'expired')
        payload: {
          [name: string]: unknown
        }
        reason: string
        proposed_by: string
        /** RFC 3339, UTC */
        proposed_at: string
        /** RFC 3339, UTC */
        expires_at: string
        decided_by: (string | null)
        decided_at: (string | null)
        decision_reason: (string | null)
        result: ({
          [name: string]: unknown
        } | null)
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** Take one’s own proposal back */
  withdraw_proposal: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: { content: { 'application/json': {
        proposal_id: string
        kind: string
        state: ('proposed' | 'approved' | 'rejected' | 'withdrawn' | 'expired')
        payload: {
          [name: string]: unknown
        }
        reason: string
        proposed_by: string
        /** RFC 3339, UTC */
        proposed_at: string
        /** RFC 3339, UTC */
        expires_at: string
        decided_by: (string | null)
        decided_at: (string | null)
        decision_reason: (string | null)
        result: ({
          [name: string]: unknown
        } | null)
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** Sign up with e-mail and password, and be signed in */
  sign_up: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: { content: { 'application/json': {
        name: string
        email: string
        password: string
        locale?: ('zh-CN' | 'en') | undefined
        time_zone?: string | undefined
      } } }
    responses: {
      201: { content: { 'application/json': {
        /** True: no session yet; send the code to /auth/two-factor/verify. */
        second_factor_needed: boolean
        /** For `Authorization: Bearer`; browsers get a cookie as well. */
        token?: string
        /** To send along with the code, by clients that keep no cookies. */
        challenge?: string
        person?: {
          id: string
          name: string
          /** Null for whoever came by WeChat. */
          email: (string | null)
          email_verified: boolean
          second_factor: boolean
          roles: string[]
          locale: ('zh-CN' | 'en')
          time_zone: string
          /** RFC 3339, UTC */
          created_at: string
        }
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** Sign in with e-mail and password */
  sign_in: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: { content: { 'application/json': {
        email: string
        password: string
      } } }
    responses: {
      200: { content: { 'application/json': {
        /** True: no session yet; send the code to /auth/two-factor/verify. */
        second_factor_needed: boolean
        /** For `Authorization: Bearer`; browsers get a cookie as well. */
        token?: string
        /** To send along with the code, by clients that keep no cookies. */
        challenge?: string
        person?: {
          id: string
          name: string
          /** Null for whoever came by WeChat. */
          email: (string | null)
          email_verified: boolean
          second_factor: boolean
          roles: string[]
          locale: ('zh-CN' | 'en')
          time_zone: string
          /** RFC 3339, UTC */
          created_at: string
        }
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** Finish signing in, or confirm the second factor, with a code */
  verify_second_factor: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: { content: { 'application/json': {
        code: string
        kind?: ('totp' | 'backup') | undefined
        challenge?: string | undefined
      } } }
    responses: {
      200: { content: { 'application/json': {
        /** True: no session yet; send the code to /auth/two-factor/verify. */
        second_factor_needed: boolean
        /** For `Authorization: Bearer`; browsers get a cookie as well. */
        token?: string
        /** To send along with the code, by clients that keep no cookies. */
        challenge?: string
        person?: {
          id: string
          name: string
          /** Null for whoever came by WeChat. */
          email: (string | null)
          email_verified: boolean
          second_factor: boolean
          roles: string[]
          locale: ('zh-CN' | 'en')
          time_zone: string
          /** RFC 3339, UTC */
          created_at: string
        }
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** End this session */
  sign_out: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      204: { content?: never }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** The link in the confirmation mail: shows a page */
  verify_email: {
    parameters: {
      query: {
        token: string
        lang?: ('zh-CN' | 'en') | undefined
      }
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: { content: { 'text/html': string } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** Send the confirmation mail again */
  send_verification_email: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      202: { content?: never }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** Send a mail with a link to choose a new password */
  request_password_reset: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: { content: { 'application/json': {
        email: string
      } } }
    responses: {
      202: { content?: never }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** Choose a new password with the token of the mail; ends every session */
  reset_password: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: { content: { 'application/json': {
        token: string
        new_password: string
      } } }
    responses: {
      204: { content?: never }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** Change the password; ends the other sessions and renews this one */
  change_password: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: { content: { 'application/json': {
        current_password: string
        new_password: string
      } } }
    responses: {
      200: { content: { 'application/json': {
        token?: string
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** Begin with a second factor; it counts once a code was verified */
  enable_second_factor: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: { content: { 'application/json': {
        password?: string | undefined
      } } }
    responses: {
      200: { content: { 'application/json': {
        /** For the QR code of an authenticator app. */
        totp_uri: string
        /** Each works once. Shown now only. */
        backup_codes: string[]
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** Switch the second factor off */
  disable_second_factor: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: { content: { 'application/json': {
        password?: string | undefined
      } } }
    responses: {
      200: { content: { 'application/json': {
        token?: string
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** How many backup codes are left */
  count_backup_codes: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: { content: { 'application/json': {
        left: number
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** Make ten new backup codes; those before open nothing any more */
  renew_backup_codes: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: { content: { 'application/json': {
        password?: string | undefined
      } } }
    responses: {
      200: { content: { 'application/json': {
        /** Each works once. Shown now only. */
        backup_codes: string[]
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** Begin a sign-in by WeChat, which this browser alone can finish */
  start_wechat_sign_in: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: { content: { 'application/json': {
        return_to?: string | undefined
        locale?: ('zh-CN' | 'en') | undefined
      } } }
    responses: {
      200: { content: { 'application/json': {
        /** The page with the QR code: send the browser there. */
        url: string
        /** RFC 3339, UTC */
        expires_at: string
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** Whether one can sign in by WeChat */
  get_my_wechat: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: { content: { 'application/json': {
        bound_since: (string | null)
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** Begin to bind a WeChat to the account that is signed in */
  start_wechat_binding: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: { content: { 'application/json': {
        password: string
        return_to?: string | undefined
        locale?: ('zh-CN' | 'en') | undefined
      } } }
    responses: {
      200: { content: { 'application/json': {
        /** The page with the QR code: send the browser there. */
        url: string
        /** RFC 3339, UTC */
        expires_at: string
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** Take WeChat away as a way in, and sign out everywhere else */
  unbind_wechat: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: { content: { 'application/json': {
        password: string
      } } }
    responses: {
      204: { content?: never }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** Who is signed in, and what they may do */
  get_me: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: { content: { 'application/json': {
        user: {
          id: string
          name: string
          /** Null for whoever came by WeChat. */
          email: (string | null)
          email_verified: boolean
          second_factor: boolean
          roles: string[]
          locale: ('zh-CN' | 'en')
          time_zone: string
          /** RFC 3339, UTC */
          created_at: string
        }
        roles: string[]
        scopes: string[]
        theme: {
          mode: ('light' | 'dark' | 'system')
          palette: string
          chosen: boolean
        }
        session_id: string
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** Change name, language, time zone or theme */
  change_me: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: { content: { 'application/json': {
        name?: string | undefined
        locale?: ('zh-CN' | 'en') | undefined
        time_zone?: string | undefined
        theme?: {
          mode?: ('light' | 'dark' | 'system') | undefined
          palette?: (string | null) | undefined
        } | undefined
      } } }
    responses: {
      200: { content: { 'application/json': {
        user: {
          id: string
          name: string
          /** Null for whoever came by WeChat. */
          email: (string | null)
          email_verified: boolean
          second_factor: boolean
          roles: string[]
          locale: ('zh-CN' | 'en')
          time_zone: string
          /** RFC 3339, UTC */
          created_at: string
        }
        roles: string[]
        scopes: string[]
        theme: {
          mode: ('light' | 'dark' | 'system')
          palette: string
          chosen: boolean
        }
        session_id: string
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** Where one is signed in */
  list_sessions: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: { content: { 'application/json': {
        items: {
          id: string
          current: boolean
          ip: (string | null)
          agent: (string | null)
          /** RFC 3339, UTC */
          created_at: string
          /** RFC 3339, UTC */
          last_used_at: string
          /** RFC 3339, UTC */
          expires_at: string
        }[]
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** Sign one of my sessions out */
  end_session: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      204: { content?: never }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** Sign out everywhere else */
  end_other_sessions: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: { content: { 'application/json': {
        ended: number
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** All keys, newest first */
  list_api_keys: {
    parameters: {
      query?: {
        limit?: number | undefined
        /** next_cursor of the page before */
        cursor?: string | undefined
      } | undefined
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: { content: { 'application/json': {
        items: {
          id: string
          kind: ('secret' | 'publishable')
          name: string
          /** Enough to recognise it; not the key. */
          shown: string
          scopes: string[]
          spend_cap: ({
            amount: number
            every: ('day' | 'month')
          } | null)
          allow_list: string[]
          created_by: string
          /** RFC 3339, UTC */
          created_at: string
          expires_at: (string | null)
          last_used_at: (string | null)
          revoked_at: (string | null)
        }[]
        next_cursor: (string | null)
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** Make a key; it is shown in this answer and never again */
  create_api_key: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: { content: { 'application/json': {
        name: string
        kind?: ('secret' | 'publishable') | undefined
        scopes?: ('audit:export' | 'audit:read' | 'channels:read' | 'channels:write' | 'clock:move' | 'credits:charge' | 'credits:grant' | 'credits:guard' | 'credits:read' | 'credits:read_all' | 'credits:top_up' | 'credits:transfer' | 'hooks:read' | 'hooks:rerun' | 'jobs:read' | 'jobs:retry' | 'keys:manage' | 'ledger:read' | 'mailbox:read' | 'metrics:read' | 'payments:offline' | 'payments:pay' | 'payments:read' | 'payments:read_all' | 'payments:refund' | 'people:ban' | 'people:read' | 'people:roles' | 'prices:read' | 'prices:write' | 'products:read' | 'products:write' | 'proposals:decide' | 'proposals:read' | 'reports:read')[] | undefined
        spend_cap?: {
          amount: number
          every: ('day' | 'month')
        } | undefined
        allow_list?: string[] | undefined
        expires_at?: string | undefined
      } } }
    responses: {
      201: { content: { 'application/json': {
        id: string
        kind: ('secret' | 'publishable')
        name: string
        /** Enough to recognise it; not the key. */
        shown: string
        scopes: string[]
        spend_cap: ({
          amount: number
          every: ('day' | 'month')
        } | null)
        allow_list: string[]
        created_by: string
        /** RFC 3339, UTC */
        created_at: string
        expires_at: (string | null)
        last_used_at: (string | null)
        revoked_at: (string | null)
        key: string
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** End a key for good, everywhere within a second */
  revoke_api_key: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: { content: { 'application/json': {
        id: string
        kind: ('secret' | 'publishable')
        name: string
        /** Enough to recognise it; not the key. */
        shown: string
        scopes: string[]
        spend_cap: ({
          amount: number
          every: ('day' | 'month')
        } | null)
        allow_list: string[]
        created_by: string
        /** RFC 3339, UTC */
        created_at: string
        expires_at: (string | null)
        last_used_at: (string | null)
        revoked_at: (string | null)
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** Search people, newest first */
  list_people: {
    parameters: {
      query?: {
        search?: string | undefined
        role?: ('user' | 'creator' | 'promoter' | 'support' | 'operator' | 'finance' | 'auditor' | 'admin' | 'service') | undefined
        limit?: number | undefined
        /** next_cursor of the page before */
        cursor?: string | undefined
      } | undefined
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: { content: { 'application/json': {
        items: {
          id: string
          name: string
          /** Null for whoever came by WeChat. */
          email: (string | null)
          email_verified: boolean
          second_factor: boolean
          roles: string[]
          locale: ('zh-CN' | 'en')
          time_zone: string
          /** RFC 3339, UTC */
          created_at: string
          banned_at: (string | null)
          ban_reason: (string | null)
        }[]
        next_cursor: (string | null)
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** One person */
  get_person: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: { content: { 'application/json': {
        id: string
        name: string
        /** Null for whoever came by WeChat. */
        email: (string | null)
        email_verified: boolean
        second_factor: boolean
        roles: string[]
        locale: ('zh-CN' | 'en')
        time_zone: string
        /** RFC 3339, UTC */
        created_at: string
        banned_at: (string | null)
        ban_reason: (string | null)
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** Decide what somebody may do */
  set_roles: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody: { content: { 'application/json': {
        roles: ('user' | 'creator' | 'promoter' | 'support' | 'operator' | 'finance' | 'auditor' | 'admin' | 'service')[]
        reason: string
      } } }
    responses: {
      200: { content: { 'application/json': {
        id: string
        name: string
        /** Null for whoever came by WeChat. */
        email: (string | null)
        email_verified: boolean
        second_factor: boolean
        roles: string[]
        locale: ('zh-CN' | 'en')
        time_zone: string
        /** RFC 3339, UTC */
        created_at: string
        banned_at: (string | null)
        ban_reason: (string | null)
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** Close an account and end its sessions */
  ban_person: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody: { content: { 'application/json': {
        reason: string
      } } }
    responses: {
      200: { content: { 'application/json': {
        id: string
        name: string
        /** Null for whoever came by WeChat. */
        email: (string | null)
        email_verified: boolean
        second_factor: boolean
        roles: string[]
        locale: ('zh-CN' | 'en')
        time_zone: string
        /** RFC 3339, UTC */
        created_at: string
        banned_at: (string | null)
        ban_reason: (string | null)
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** Open a closed account again */
  unban_person: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: { content: { 'application/json': {
        id: string
        name: string
        /** Null for whoever came by WeChat. */
        email: (string | null)
        email_verified: boolean
        second_factor: boolean
        roles: string[]
        locale: ('zh-CN' | 'en')
        time_zone: string
        /** RFC 3339, UTC */
        created_at: string
        banned_at: (string | null)
        ban_reason: (string | null)
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** Who did what, newest first */
  list_audit_entries: {
    parameters: {
      query?: {
        actor?: string | undefined
        action?: string | undefined
        target_kind?: string | undefined
        target_id?: string | undefined
        result?: ('done' | 'refused') | undefined
        /** Leaves out what somebody only looked at */
        without_looks?: boolean | undefined
        from?: string | undefined
        to?: string | undefined
        limit?: number | undefined
        cursor?: string | undefined
      } | undefined
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: { content: { 'application/json': {
        items: {
          entry_id: string
          /** Business time, RFC 3339 UTC */
          at: string
          /** The machine's time, RFC 3339 UTC */
          recorded_at: string
          actor_kind: ('person' | 'key' | 'system' | 'nobody')
          actor_id: string
          actor_roles: string[]
          acting_as: (string | null)
          action: string
          target_kind: string
          target_id: string
          /** Redacted; null when the act changed nothing known */
          before: unknown
          after: unknown
          reason: (string | null)
          ip: (string | null)
          agent: (string | null)
          request_id: (string | null)
          result: ('done' | 'refused')
        }[]
        next_cursor: (string | null)
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** The trail as a file, newest first */
  export_audit_entries: {
    parameters: {
      query: {
        actor?: string | undefined
        action?: string | undefined
        target_kind?: string | undefined
        target_id?: string | undefined
        result?: ('done' | 'refused') | undefined
        /** Leaves out what somebody only looked at */
        without_looks?: boolean | undefined
        from?: string | undefined
        to?: string | undefined
        format: ('csv' | 'ndjson')
      }
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      204: { content: { 'text/csv': string } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** Read the whole trail once and name every row that is not what was sealed */
  verify_audit: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: { content: { 'application/json': {
        /** Those that are sealed */
        entries: number
        blocks: number
        last: ({
          block: number
          digest: string
        } | null)
        /** The first ones, oldest block first; none means that the trail is whole */
        faults: {
          table: ('entries' | 'unsealed' | 'blocks' | 'heads')
          /** Its id, number or day */
          row: string
          what: ('changed' | 'missing' | 'unlisted' | 'listed_twice' | 'unlinked' | 'unsigned')
        }[]
        verified_at: string
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** What the last verification of the ledger found */
  read_ledger_verdict: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: { content: { 'application/json': {
        verdict: ({
          /** When it was reached, RFC 3339 UTC */
          at: string
          began_at: string
          by: ('job' | 'command')
          state: ('whole' | 'broken' | 'unfinished')
          /** How many of the 64 parts were read */
          cells: number
          entries: number
          /** Signed heads outside the database that were compared */
          anchors: number
          faults: {
            cell: (number | null)
            table: string
            /** Names the row, also one that is missing */
            key: string
            law: string
            expected: string
            found: string
          }[]
        } | null)
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** How the house stands: money, credits, books, what waits, how payments end */
  get_overview: {
    parameters: {
      query?: {
        days?: number | undefined
      } | undefined
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: { content: { 'application/json': {
        /** YYYY-MM-DD, UTC */
        from: string
        /** YYYY-MM-DD, UTC */
        to: string
        /** RFC 3339, UTC */
        as_of: string
        /** What came in and was kept, and what went back; days without either are left out */
        money: {
          /** YYYY-MM-DD, UTC */
          day: string
          currency: string
          livemode: boolean
          payments: number
          /** Whole minor units of the currency */
          received: number
          /** Whole minor units of the currency */
          refunded: number
        }[]
        /** As far as it is rolled up: to the last minute or two */
        credits: {
          asset: string
          /** YYYY-MM-DD, UTC */
          day: string
          /** Whole minor units, as text: a sum may be larger than JSON carries exactly */
          issued: string
          /** Whole minor units, as text: a sum may be larger than JSON carries exactly */
          used: string
          /** Whole minor units, as text: a sum may be larger than JSON carries exactly */
          expired: string
          /** Whole minor units, as text: a sum may be larger than JSON carries exactly */
          other: string
          /** Whole minor units, as text: a sum may be larger than JSON carries exactly */
          outstanding: string
        }[]
        books: ({
          state: ('whole' | 'broken' | 'unfinished')
          /** RFC 3339, UTC */
          at: string
          entries: number
          faults: number
        } | null)
        waiting: {
          /** Counted up to 1000 */
          suspense: number
          /** Counted up to 1000 */
          dead_messages: number
          /** Counted up to 1000 */
          refunds_undecided: number
          /** Counted up to 1000 */
          refunds_stuck: number
          /** Counted up to 1000 */
          disputes: number
          /** Counted up to 1000 */
          proposals: number
          /** Counted up to 1000 */
          dead_jobs: number
        }
        /** Payments begun in the last 24 hours */
        channels: {
          channel: string
          account: string
          livemode: boolean
          enabled: boolean
          /** Begun in this time */
          attempts: number
          succeeded: number
          /** The provider, or the payer’s bank, said no */
          failed: number
          /** Nobody paid in time */
          closed: number
          /** Nobody knows yet how these end */
          open: number
          last_paid_at: (string | null)
        }[]
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** All that happened around an owner, newest first */
  get_owner_timeline: {
    parameters: {
      query?: {
        what?: ('entry' | 'order' | 'payment' | 'refund' | 'act') | undefined
        limit?: number | undefined
        cursor?: string | undefined
      } | undefined
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: { content: { 'application/json': {
        items: {
          /** RFC 3339, UTC */
          at: string
          what: ('entry' | 'order' | 'payment' | 'refund' | 'act')
          id: string
          /** Kind of the entry, state of the order or payment, act */
          word: string
          amount: (number | null)
          moved: (number | null)
          unit: (string | null)
          balance_after: (number | null)
          of: (string | null)
          order_id: (string | null)
          note: (string | null)
          by: (string | null)
          refused: boolean
        }[]
        next_cursor: (string | null)
        /** False without audit:read: sign-ins and acts are left out */
        with_acts: boolean
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** The story of an order: what was asked, said, given, taken back, and by whom */
  get_order: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: { content: { 'application/json': {
        order: {
          order_id: string
          owner: string
          product_id: number
          /** The one that was promised */
          product_version: number
          product_name: {
            en: string
            zh: string
          }
          /** Whole minor units of the currency */
          amount: number
          currency: string
          livemode: boolean
          /** What is granted; play money buys play credits */
          asset: string
          credits: number
          bonus_credits: number
          /** In one word, as the owner sees it */
          status: ('pending' | 'paid' | 'partially_refunded' | 'refunded' | 'closed')
          state: ('created' | 'pending' | 'closing' | 'closed' | 'paid' | 'paid_late' | 'partially_refunded' | 'refunded')
          /** Whole minor units of the currency */
          refunded: number
          /** On its way back, open disputes included */
          underway: number
          payment_id: (string | null)
          pay_channel: (string | null)
          account: (string | null)
          method: (string | null)
          /** Ordered because credits ran low */
          by_itself: boolean
          /** RFC 3339, UTC */
          created_at: string
          /** RFC 3339, UTC */
          expires_at: string
          paid_at: (string | null)
        }
        attempts: {
          payment_id: string
          channel: string
          account: string
          method: string
          trade_no: string
          provider_ref: (string | null)
          /** Whole minor units of the currency */
          amount: number
          currency: string
          state: string
          why: (string | null)
          /** How often the provider was asked how it stands */
          asked: number
          /** RFC 3339, UTC */
          created_at: string
          /** RFC 3339, UTC */
          expires_at: string
        }[]
        /** Money that came in */
        facts: {
          fact_id: string
          payment_id: (string | null)
          channel: string
          account: string
          txn: string
          amount: (number | null)
          currency: string
          disposition: string
          why: (string | null)
          /** Told by push, by an answer, by a bill, or by hand */
          source: string
          /** Whole minor units of the currency */
          refunded: number
          /** Whole minor units of the currency */
          reserved: number
          /** RFC 3339, UTC */
          paid_at: string
          /** RFC 3339, UTC */
          created_at: string
        }[]
        /** What told of it, as far as it came by itself */
        messages: {
          event_id: string
          channel: string
          account: string
          /** RFC 3339, UTC */
          received_at: string
          message_id: string
          type: string
          /** The key of ours that its signature was good by */
          key_id: string
          state: ('waiting' | 'done' | 'dead')
          attempts: number
          why: (string | null)
          /** Of which kinds */
          facts: string[]
        }[]
        refunds: {
          refund_id: string
          channel: string
          account: string
          fact_id: string
          /** Whole minor units of the currency */
          amount: number
          currency: string
          cause: string
          reason: string
          state: string
          why: (string | null)
          /** RFC 3339, UTC */
          created_at: string
          settled_at: (string | null)
        }[]
        disputes: {
          dispute_id: string
          fact_id: string
          /** Whole minor units of the currency */
          amount: number
          currency: string
          state: string
          /** RFC 3339, UTC */
          opened_at: string
          settled_at: (string | null)
        }[]
        /** Refunds as they were asked for here */
        asked: {
          refund_id: string
          /** Of the price: what is given up, the fee included */
          gross: number
          /** Whole minor units of the currency */
          fee: number
          policy: ('refuse' | 'debt')
          /** For a second person */
          waits: boolean
          asked_by: string
        }[]
        /** What it gave, as it stands now */
        lots: {
          lot_id: string
          source: string
          granted: number
          remaining: number
          held: number
          /** RFC 3339, UTC */
          effective_at: string
          expires_at: (string | null)
        }[]
        acts: ({
          entry_id: string
          /** RFC 3339, UTC */
          at: string
          action: string
          actor_id: string
          reason: (string | null)
          result: ('done' | 'refused')
        }[] | null)
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** The process lives */
  healthz: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: { content: { 'application/json': {
        status: 'alive'
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** It can serve: the database answers */
  readyz: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: { content: { 'application/json': {
        status: 'ready'
        time: string
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** Prometheus metrics */
  metrics: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: { content: { 'text/plain': string } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** Every queue and what waits in it */
  list_queues: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: { content: { 'application/json': {
        items: {
          name: string
          waiting: number
          active: number
          /** Given up after the last attempt. */
          dead: number
        }[]
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** The newest jobs of a queue */
  list_jobs: {
    parameters: {
      query?: never
      header?: never
      path: {
        queue: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: { content: { 'application/json': {
        items: {
          id: string
          state: string
          attempts: number
          created_at: string
          completed_at: (string | null)
        }[]
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** Let a failed job run again */
  retry_job: {
    parameters: {
      query?: never
      header?: never
      path: {
        queue: string
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      202: { content?: never }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** What time it is in the house */
  get_clock: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: { content: { 'application/json': {
        now: string
        shift_ms: number
        /** Not in production */
        movable: boolean
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** Move time; what falls due meanwhile happens */
  move_clock: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: { content: { 'application/json': {
        by?: string | undefined
        to?: string | undefined
        reset?: true | undefined
      } } }
    responses: {
      200: { content: { 'application/json': {
        now: string
        shift_ms: number
        /** Not in production */
        movable: boolean
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** The mail this installation would have sent */
  list_mail: {
    parameters: {
      query?: {
        to?: string | undefined
      } | undefined
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: { content: { 'application/json': {
        items: {
          id: string
          to: string
          subject: string
          text: string
          html: string
          at: string
        }[]
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** What happens, as it happens (server-sent events) */
  stream_events: {
    parameters: {
      query?: {
        owner?: string | undefined
        external_id?: string | undefined
        /** What waits for the staff, by their scopes */
        staff?: boolean | undefined
        last_event_id?: number | undefined
      } | undefined
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      204: { content: { 'text/event-stream': string } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** The same over a WebSocket */
  open_socket: {
    parameters: {
      query?: {
        owner?: string | undefined
        external_id?: string | undefined
        /** What waits for the staff, by their scopes */
        staff?: boolean | undefined
        last_event_id?: number | undefined
      } | undefined
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      204: { content?: never }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** Who is connected to this node, and how far they were told */
  read_push: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      200: { content: { 'application/json': {
        sse: number
        ws: number
        owners: number
        position: number
        opened: number
        replays: number
        resets: number
        lag_ms: number
      } } }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** Where a provider tells what happened, signed in its own manner */
  receive_hook: {
    parameters: {
      query?: never
      header?: never
      path: {
        channel: string
        account: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      204: { content?: never }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
  /** The hook of the sandbox; signed, as every other */
  receive_sandbox_callback: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      204: { content?: never }
      '4XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
      '5XX': { content: { 'application/problem+json': components['schemas']['Problem'] } }
    }
  }
}
