import type { Me } from '~/app/queries.ts'
import { site } from '~/app/site.ts'
import { GROUPS } from '~/console/nav.ts'

/** The groups with the pages that this person may open; a group without any is not shown. */
export const groupsFor = ({ scopes }: Me) =>
  GROUPS.map(({ word, places }) => ({
    word,
    places: places.filter(
      (place) =>
        place.scopes.some((scope) => scopes.includes(scope)) &&
        (!place.development || site.mode !== 'production'),
    ),
  })).filter(({ places }) => places.length > 0)
