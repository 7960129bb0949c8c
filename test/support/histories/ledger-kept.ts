import type { Seller } from '../../integration/convergence/seller.js';
import type { HistorySetting } from './history-setting.js';

/** Two ways to the same number: what an invoice says of itself, and what the ledger has added up of it, fact by fact. */
export async function ledgerProblems({ pool }: HistorySetting, { accountId }: Seller): Promise<string[]> {
  const { rows } = await pool.query<{ problem: string }>(
    `with booked as (select invoice_id, ledger_account, sum(amount) as amount from ledger_posting where account_id = $1 group by 1, 2),
     invoices as (
       select id, payment_status || ' ' || coalesce(payment_status_reason, '') as stands, amount_refunded, amount_disputed,
         case when payment_status in ('settled', 'not_needed') then amount_reversed when payment_status_reason = 'written_off' then 0 else amount_open end as open
       from invoice where account_id = $1 and price_status = 'price_locked'),
     compared as (
       select i.*, coalesce(sum(amount) filter (where ledger_account = 'receivable'), 0) as receivable, coalesce(sum(amount) filter (where ledger_account = 'deferred_revenue'), 0) as deferred,
         coalesce(sum(amount) filter (where ledger_account in ('disputed', 'lost_disputes')), 0) as withdrawn, coalesce(sum(amount), 0) as rest
       from invoices i left join booked on invoice_id = i.id group by i.id, i.stands, i.amount_refunded, i.amount_disputed, i.open)
     select id || ' (' || stands || '): open ' || open || ', receivable ' || receivable || ', deferred ' || deferred || ', disputed ' || amount_disputed || ' and ' || withdrawn || ', out of balance by ' || rest as problem
     from compared where open <> receivable or deferred <> 0 or withdrawn <> amount_disputed or rest <> 0
     union all
     select 'refunds of ' || account_id || ': ' || paid || ' in rows, ' || booked || ' booked' from (
       select $1 as account_id, (select coalesce(sum(amount), 0) from refund where account_id = $1 and status = 'succeeded') as paid,
         (select coalesce(-sum(p.amount), 0) from ledger_posting p join ledger_entry e on e.id = p.entry_id where e.account_id = $1 and e.kind = 'refund' and p.ledger_account = 'provider_clearing') as booked) as refunds
     where paid <> booked`,
    [accountId],
  );
  return rows.map(({ problem }) => `ledger: ${problem}`);
}
