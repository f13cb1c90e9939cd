import { useContext } from 'react'
import { houseNow } from '~/app/clock.ts'
import { TimeZone } from '~/kit/format.ts'
import { placeOf } from '~/kit/zones.ts'
import { useWords } from '~/words/words.ts'

/** Under every page: by whose clock the times on it go. */
export function ZoneLine() {
  const say = useWords('kit')
  const { zone, offset } = placeOf(useContext(TimeZone), houseNow())
  return <p className="mt-8 text-tiny text-soft">{say('times.zone', { zone, offset })}</p>
}
