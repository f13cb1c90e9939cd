import { defineRefusals } from '#kernel/refusals'

export const proposals = defineRefusals({
  proposal_unknown: { status: 404, en: 'No such proposal.', zh: '没有这个提议。' },
  proposal_closed: {
    status: 409,
    en: 'This proposal is closed: {state}.',
    zh: '该提议已结束：{state}。',
  },
  proposal_expired: {
    status: 410,
    en: 'This proposal has expired; nobody can decide it any more.',
    zh: '该提议已过期，无法再处理。',
    hint: { en: 'Propose it again.', zh: '请重新提议。' },
  },
  proposal_impossible: {
    status: 409,
    en: 'This can no longer be done: {why}. The proposal stays open.',
    zh: '目前无法执行：{why}。该提议仍待处理。',
  },
  proposal_not_yours: {
    status: 403,
    en: 'Only who made a proposal withdraws it; others reject it.',
    zh: '只有提议人可以撤回，其他人请驳回。',
  },
  second_person_needed: {
    status: 403,
    en: 'Another person decides: neither who proposed this, nor whom it is for, nor a key.',
    zh: '须由另一人处理：提议人、受益人与密钥均不可。',
  },
  decider_scope_needed: {
    status: 403,
    en: 'To decide this you need the scope {scope}.',
    zh: '处理该提议需要权限 {scope}。',
  },
})
