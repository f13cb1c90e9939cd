import { Fragment } from 'react'

/** A name of a programme: it goes on in the next line where one of its words ends, and within one only where its place says so. */
export function CodeName({ text }: { readonly text: string }) {
  return (
    <span className="font-mono text-small">
      {text.split(/(?<=[._])/).map((word, nth) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a name's words never move, and two may be alike.
        <Fragment key={nth}>
          {nth > 0 && <wbr />}
          {word}
        </Fragment>
      ))}
    </span>
  )
}
