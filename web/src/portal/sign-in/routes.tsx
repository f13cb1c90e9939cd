import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { root } from '~/app/root.tsx'

/** The shape that the server takes too: a path of this site and nothing else. */
const RETURN_PATH = /^\/(?!\/)[\w~.%=&/?#-]*$/

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value.length <= 500 ? value : undefined

const returnPath = (value: unknown): string | undefined => {
  const path = text(value)
  return path !== undefined && RETURN_PATH.test(path) ? path : undefined
}

export interface SignInSearch {
  readonly return_to?: string | undefined
  readonly problem?: string | undefined
  readonly step?: 'code' | undefined
}

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (search): SignInSearch => ({
    return_to: returnPath(search['return_to']),
    problem: text(search['problem']),
    step: search['step'] === 'code' ? 'code' : undefined,
  }),
  component: lazyRouteComponent(() => import('~/portal/sign-in/page.tsx'), 'SignInPage'),
})

export const signInRoutes = [signIn] as const
