import { defineRefusals } from '#kernel/refusals'

export const audit = defineRefusals({
  audit_cursor_invalid: {
    status: 400,
    en: 'This cursor is not one that a page of the trail gave out.',
    zh: '该游标不是审计记录分页返回的游标。',
    hint: {
      en: 'Pass `next_cursor` on unchanged, or leave it out to begin anew.',
      zh: '请原样传回 `next_cursor`，或去掉它从头开始。',
    },
  },
})
