import { Outlet } from '@tanstack/react-router'

export function ConsoleLayout() {
  return (
    <main className="mx-auto max-w-5xl p-4">
      <Outlet />
    </main>
  )
}
