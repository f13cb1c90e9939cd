/** A place of the final shape for what is not there yet. */
export function Skeleton({ className = 'h-4 w-32' }: { readonly className?: string }) {
  return (
    <span
      aria-hidden="true"
      className={`block animate-pulse rounded-control bg-line ${className}`}
    />
  )
}

export function SkeletonLines({ lines = 3 }: { readonly lines?: number }) {
  return (
    <span aria-hidden="true" className="grid gap-3">
      {Array.from({ length: lines }, (_, nth) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: all alike, and none ever moves.
        <Skeleton key={nth} className={nth === lines - 1 ? 'h-4 w-2/3' : 'h-4 w-full'} />
      ))}
    </span>
  )
}
