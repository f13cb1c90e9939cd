import { Skeleton, SkeletonLines } from '~/kit/skeleton.tsx'

/** A card that is still to come. */
export const CardSkeleton = ({ lines = 4 }: { readonly lines?: number }) => (
  <div className="rounded-card border border-line bg-card p-4 sm:p-6">
    <Skeleton className="mb-5 h-5 w-32" />
    <SkeletonLines lines={lines} />
  </div>
)

const BESIDE = { lg: 'lg:grid-cols-[1fr_22rem]', xl: 'xl:grid-cols-[1fr_27rem]' } as const

/** A page of one thing: what it is about, and what stands beside that. */
export const PairSkeleton = ({ from }: { readonly from: keyof typeof BESIDE }) => (
  <div className={`grid items-start gap-4 ${BESIDE[from]}`}>
    <CardSkeleton lines={9} />
    <CardSkeleton />
  </div>
)

/** Somebody: what they have, and a tab of the rest. */
export const PersonSkeleton = () => (
  <>
    <div className="mb-4 rounded-card border border-line bg-card p-4 sm:w-1/2 lg:w-1/3">
      <Skeleton className="mb-3 h-4 w-20" />
      <Skeleton className="mb-3 h-7 w-28" />
      <Skeleton className="h-4 w-16" />
    </div>
    <div className="mb-4 flex gap-6 border-b border-line pb-3">
      {['w-16', 'w-20', 'w-24'].map((width) => (
        <Skeleton key={width} className={`h-5 ${width}`} />
      ))}
    </div>
    <CardSkeleton lines={8} />
  </>
)
