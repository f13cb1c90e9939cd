/** The round coin with the square hole. */
export function Mark({ className = 'size-7' }: { readonly className?: string }) {
  return (
    <svg viewBox="0 0 32 32" aria-hidden="true" className={`shrink-0 ${className}`}>
      <path
        fill="currentColor"
        fillRule="evenodd"
        d="M16 1a15 15 0 1 1 0 30 15 15 0 0 1 0-30Zm0 2a13 13 0 1 0 0 26 13 13 0 0 0 0-26Zm0 1a12 12 0 1 1 0 24 12 12 0 0 1 0-24Zm-5 7v10h10V11H11Z"
      />
    </svg>
  )
}

/** What stands before an amount of credits; small and of the colour of its text. */
export function CreditGlyph({ className = 'size-[0.8em]' }: { readonly className?: string }) {
  return (
    <svg viewBox="0 0 16 16" aria-hidden="true" className={`inline-block shrink-0 ${className}`}>
      <path
        fill="currentColor"
        fillRule="evenodd"
        d="M8 .5a7.5 7.5 0 1 1 0 15 7.5 7.5 0 0 1 0-15Zm0 1.6a5.9 5.9 0 1 0 0 11.8A5.9 5.9 0 0 0 8 2.1ZM5.3 5.3h5.4v5.4H5.3V5.3Z"
      />
    </svg>
  )
}
