import { InsufficientCreditsError, isRefusal, type Tongbao } from '../src/index.ts'

export async function charge(tongbao: Tongbao) {
  // readme: charge
  const { charge_id, balance } = await tongbao.charge({ external_id: 'ada', amount: 30 })
  // end
  return { charge_id, balance }
}

export async function estimate(tongbao: Tongbao) {
  // readme: estimate
  const { credits, affordable } = await tongbao.estimate({
    external_id: 'ada',
    action: 'video.generate',
    params: { duration_s: 8 },
  })
  // end
  return { credits, affordable }
}

export async function hold(tongbao: Tongbao, render: () => Promise<{ seconds: number }>) {
  // readme: hold
  const { result, spent, chargeId } = await tongbao.withHold(
    { external_id: 'ada', amount: 60, expires_in: 1_800 },
    async (hold) => {
      const video = await render()
      hold.spend(video.seconds * 5)
      return video
    },
    { key: 'job-4711' },
  )
  // end
  return { result, spent, chargeId }
}

export async function refuse(tongbao: Tongbao) {
  // readme: refuse
  try {
    await tongbao.charge({ external_id: 'ada', amount: 1_000_000 })
  } catch (error) {
    if (error instanceof InsufficientCreditsError) return `${error.missing} credits are missing`
    if (isRefusal(error, 'owner_frozen', 'spend_cap_reached')) return error.message
    throw error
  }
  // end
  return undefined
}

export async function lists(tongbao: Tongbao) {
  const amounts: number[] = []
  // readme: lists
  const query = { external_id: 'ada', kind: 'charge' }
  for await (const entry of tongbao.each('/api/v1/credits/history', { query }))
    amounts.push(entry.amount)
  // end
  return amounts
}

export async function any(tongbao: Tongbao, id: string) {
  // readme: any
  const lots = await tongbao.get('/api/v1/credits/lots', { query: { external_id: 'ada' } })
  const hold = await tongbao.get('/api/v1/credits/holds/{id}', { path: { id } })
  const grant = await tongbao.post('/api/v1/credits/grants', {
    body: { external_id: 'ada', amount: 100, source: 'bonus', reason: 'Thank you' },
    key: 'thanks-to-ada-2026',
  })
  // end
  return { lots, hold, grant }
}
