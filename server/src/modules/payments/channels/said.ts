import { type Said, unknown } from '../channel.ts'

/** A question that was refused says nothing of what it was about, least of all that nothing has happened. */
export const asQuestion = <T>(said: Said<T>): Said<T> =>
  said.said === 'no' ? unknown(`refused_${said.code}`) : said
