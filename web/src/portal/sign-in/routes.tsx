import { createRoute } from '@tanstack/react-router'
import { page } from '~/app/page.ts'
import { root } from '~/app/root.tsx'
import { FramePending } from '~/kit/page-states.tsx'

/** The shape that the server takes too: a path of this site and nothing else. */
const RETURN_PATH = /^\/(?![/\\])[\w~.%=&/?#:-]*$/
const HERE = /^\/sign-in(?![\w-])/

const TEXT_LETTERS_MAX = 500
const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value.length <= TEXT_LETTERS_MAX ? value : undefined

const returnPath = (value: unknown): string | undefined => {
  const path = text(value)
  return path !== undefined && RETURN_PATH.test(path) && !HERE.test(path) ? path : undefined
}

interface SignInSearch {
  readonly return_to?: string | undefined
  /** Why the way through WeChat ended, as the server says on the way back. */
  readonly problem?: string | undefined
  readonly step?: 'code' | undefined
}

/** What they have in common: a frame of their own, and words that nobody else needs. */
const frame = createRoute({
  getParentRoute: () => root,
  id: 'sign-in-frame',
  pendingComponent: FramePending,
  component: page(() => import('~/portal/sign-in/frame.tsx'), 'SignInFrame', 'sign-in'),
})

export const signIn = createRoute({
  getParentRoute: () => frame,
  path: '/sign-in',
  validateSearch: (search: Record<string, unknown>): SignInSearch => ({
    return_to: returnPath(search['return_to']),
    problem: text(search['problem']),
    step: search['step'] === 'code' ? 'code' : undefined,
  }),
  component: page(() => import('~/portal/sign-in/sign-in-page.tsx'), 'SignInPage'),
})

export const signUp = createRoute({
  getParentRoute: () => frame,
  path: '/sign-up',
  validateSearch: (search: Record<string, unknown>): Pick<SignInSearch, 'return_to'> => ({
    return_to: returnPath(search['return_to']),
  }),
  component: page(() => import('~/portal/sign-in/sign-up-page.tsx'), 'SignUpPage'),
})

const forgot = createRoute({
  getParentRoute: () => frame,
  path: '/forgot-password',
  component: page(() => import('~/portal/sign-in/forgot-page.tsx'), 'ForgotPage'),
})

export const reset = createRoute({
  getParentRoute: () => frame,
  path: '/reset-password',
  validateSearch: (search: Record<string, unknown>): { readonly token?: string | undefined } => ({
    token: text(search['token']),
  }),
  component: page(() => import('~/portal/sign-in/reset-page.tsx'), 'ResetPage'),
})

export const signInRoutes = [frame.addChildren([signIn, signUp, forgot, reset])] as const
