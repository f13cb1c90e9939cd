import type pg from 'pg'

/** What must be true of money and what was given for it, whatever happened: queries that name what breaks it. */
const LAWS: Record<string, string> = {
  'one kept fact, one paid order, one amount': `
    select coalesce(f.id, o.id) from (select * from payments.facts where disposition = 'kept') f
      full join (select * from checkout.orders where fact_id is not null) o on o.fact_id = f.id
     where f.id is null or o.id is null or (f.amount, f.currency) is distinct from (o.amount, o.currency)`,
  'what was granted is what was promised and paid for': `
    select o.id from checkout.orders o left join (
      select order_id, asset, sum(granted) as n from ledger.lots where grace_of is null group by 1, 2) l
        on l.order_id = o.id and l.asset = o.asset
     where coalesce(l.n, 0) <> case when o.fact_id is null then 0 else o.credits + o.bonus end`,
  'the sum of grants is the sum of kept facts': `
    select 'grants' from (select coalesce(sum(granted), 0) as n from ledger.lots
        where order_id like 'ord\\_%' and grace_of is null) l, (
      select coalesce(sum(o.credits + o.bonus), 0) as n from payments.facts f
        join checkout.orders o on o.fact_id = f.id where f.disposition = 'kept') f where l.n <> f.n`,
  'what is promised and gone of a fact is in its refunds': `
    select f.id from payments.facts f left join payments.refunds r on r.fact_id = f.id
     group by f.id
    having f.reserved <> coalesce(sum(r.amount) filter (
             where r.state in ('requested', 'approved', 'submitted', 'unknown')), 0)
        or f.refunded <> coalesce(sum(r.amount) filter (where r.state = 'succeeded'), 0)`,
  'of an order is taken what has gone back of its price': `
    select l.id from ledger.lots l join checkout.orders o on o.id = l.order_id
     where l.grace_of is null and l.clawed <> ceil(l.granted::numeric * least(o.refunded, o.amount) / o.amount)`,
  'what is frozen is frozen for an order': `
    select coalesce(h.id, o.id) from (select * from ledger.holds where id like 'frz\\_%' and state = 'open') h
      full join (select * from checkout.orders where frozen is not null) o on o.frozen = h.id
     where h.id is null or o.id is null`,
  'a closed order can be paid nowhere': `
    select a.id from payments.attempts a join checkout.orders o on o.id = a.subject
     where o.state = 'closed' and a.state in ('created', 'submitted', 'unknown')`,
  'a payment that gave nothing goes back': `
    select f.id from payments.facts f where f.disposition = 'sent_back'
       and not exists (select from payments.refunds r where r.fact_id = f.id and r.cause = 'sent_back')`,
}

/** The broken laws, each with the first things that break it; empty when all hold. */
export async function brokenMoneyLaws(db: Pick<pg.Pool, 'query'>): Promise<string[]> {
  const broken: string[] = []
  for (const [law, text] of Object.entries(LAWS)) {
    const { rows } = await db.query({ text: `${text} limit 3`, rowMode: 'array' })
    if (rows.length > 0) broken.push(`${law}: ${rows.join(' ')}`)
  }
  return broken
}
