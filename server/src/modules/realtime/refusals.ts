import { defineRefusals } from '#kernel/refusals'

export const realtime = defineRefusals({
  too_many_lines: {
    status: 429,
    en: 'There are {lines_max} connections open already.',
    zh: '已打开 {lines_max} 个连接。',
    hint: {
      en: 'Close one, or share it between tabs.',
      zh: '请关闭其中一个，或在标签页之间共享。',
    },
  },
  lines_full: {
    status: 503,
    en: 'No more connections can be held open just now.',
    zh: '暂时无法保持更多连接。',
  },
  staff_only: {
    status: 403,
    en: 'Nothing waits for you: you hold no scope of the staff.',
    zh: '没有员工权限，无可接收的内容。',
  },
  switch_needed: {
    status: 400,
    en: 'This address speaks WebSocket.',
    zh: '此地址使用 WebSocket 协议。',
    hint: {
      en: 'GET /api/v1/events/stream tells the same by SSE.',
      zh: 'GET /api/v1/events/stream 以 SSE 提供相同内容。',
    },
  },
})
