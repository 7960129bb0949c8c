import { Injectable } from '@nestjs/common';
import { notFound } from '@tollkeeper/kernel';
import type { ProviderMovementKind, ProviderPayout } from '@tollkeeper/payment-provider';
import { ReportReader } from '../reports/report-reader.js';

export interface ReportPlace {
  readonly createTime: number;
  readonly id: string;
}

/** Minor units. `net` = gross − refunds − disputes − fees + other, which is the amount when all of it was read. */
export interface PayoutRow {
  readonly id: string;
  readonly providerName: string;
  readonly status: ProviderPayout['status'];
  readonly providerStatus: string;
  readonly currency: string;
  readonly amount: bigint;
  readonly gross: bigint;
  readonly refunds: bigint;
  readonly disputes: bigint;
  readonly fees: bigint;
  readonly other: bigint;
  readonly net: bigint;
  readonly movements: 'due' | 'read' | 'unknown';
  readonly transactions: number;
  /** Of payments, refunds and disputes: those that are none of ours, or that say another amount. */
  readonly unmatched: number;
  readonly createTime: number;
  readonly arrivalTime: number;
}

export type MovementMatch = 'matched' | 'amount_differs' | 'not_ours' | 'not_applicable';

export interface MovementRow {
  readonly id: string;
  readonly payoutId: string | null;
  readonly kind: ProviderMovementKind;
  readonly providerType: string;
  readonly currency: string;
  readonly amount: bigint;
  readonly fee: bigint;
  readonly net: bigint;
  readonly description: string | null;
  readonly match: MovementMatch;
  readonly invoiceId: string | null;
  readonly invoiceNumber: string | null;
  readonly customerId: string | null;
  readonly providerPaymentId: string | null;
  readonly providerRefundId: string | null;
  readonly providerDisputeId: string | null;
  readonly createTime: number;
  readonly availableTime: number;
}

export interface OutstandingRow {
  readonly kind: 'payment' | 'refund';
  readonly id: string;
  readonly invoiceId: string;
  readonly customerId: string;
  readonly currency: string;
  readonly amount: bigint;
  /** `on_balance`: the provider has it and has not paid it out; `not_reported`: it tells of no movement for it yet. */
  readonly reason: 'on_balance' | 'not_reported';
  readonly createTime: number;
}

/** What of ours a movement is about, by what the provider calls it. */
const OURS = `
  left join lateral (
    select p.invoice_id, p.amount from invoice_payment p where m.kind = 'payment' and p.account_id = m.account_id and p.provider_payment_id = m.provider_payment_id and p.status = 'succeeded' limit 1) as payment on true
  left join lateral (
    select r.invoice_id, -r.amount as amount from refund r where m.kind = 'refund' and r.connection_id = m.connection_id and r.provider_refund_id = m.provider_refund_id
    union all select r.invoice_id, r.amount from refund r where m.kind = 'refund_failed' and r.connection_id = m.connection_id and r.provider_refund_id = m.provider_refund_id limit 1) as refunded on true
  left join lateral (
    select d.invoice_id from dispute d where m.kind in ('dispute', 'dispute_reversal') and d.connection_id = m.connection_id and d.provider_dispute_id = m.provider_dispute_id limit 1) as disputed on true
  left join invoice i on i.id = coalesce(payment.invoice_id, refunded.invoice_id, disputed.invoice_id)`;

/** Of another currency than ours the amounts say nothing about one another, and a dispute may be about a part. */
const MATCH = `
  case when m.kind not in ('payment', 'refund', 'refund_failed', 'dispute', 'dispute_reversal') then 'not_applicable'
       when i.id is null then 'not_ours'
       when i.currency = m.currency and coalesce(payment.amount, refunded.amount, m.amount) <> m.amount then 'amount_differs'
       else 'matched' end`;

const PAYOUTS = `
  select p.id, c.provider_name as "providerName", p.status, p.provider_status as "providerStatus", p.currency, p.amount, p.movements, p.create_time as "createTime", p.arrival_time as "arrivalTime", inside.*
    from (select * from provider_payout where account_id = $1 and (create_time, id) > ($2, $3) order by create_time, id limit $4) as p
    join payment_connection c on c.id = p.connection_id,
    lateral (
      select count(*)::integer as transactions, coalesce(sum(m.amount) filter (where m.kind = 'payment'), 0) as gross, coalesce(-sum(m.amount) filter (where m.kind in ('refund', 'refund_failed')), 0) as refunds,
        coalesce(-sum(m.amount) filter (where m.kind in ('dispute', 'dispute_reversal')), 0) as disputes, coalesce(sum(m.fee), 0) - coalesce(sum(m.amount) filter (where m.kind = 'fee'), 0) as fees,
        coalesce(sum(m.amount) filter (where m.kind in ('other', 'payout_failed')), 0) as other, coalesce(sum(m.amount - m.fee), 0) as net,
        (count(*) filter (where ${MATCH} in ('not_ours', 'amount_differs')))::integer as unmatched
      from provider_movement m ${OURS}
      where m.connection_id = p.connection_id and m.provider_payout_id = p.id and m.kind <> 'payout') as inside
   order by p.create_time, p.id`;

const MOVEMENTS = `
  select m.id, m.provider_payout_id as "payoutId", m.kind, m.provider_type as "providerType", m.currency, m.amount, m.fee, m.amount - m.fee as net, m.description, ${MATCH} as match,
    i.id as "invoiceId", i.number as "invoiceNumber", i.customer_id as "customerId", m.provider_payment_id as "providerPaymentId", m.provider_refund_id as "providerRefundId", m.provider_dispute_id as "providerDisputeId",
    m.create_time as "createTime", m.available_time as "availableTime"
  from provider_movement m ${OURS}
  where m.account_id = $1 and ($2::text is null or m.provider_payout_id = $2) and (m.create_time, m.id) > ($3, $4) order by m.create_time, m.id limit $5`;

/** Only of connections whose money was read once, and of what came in since it is read. */
const OUTSTANDING = `
  select * from (
    (select 'payment' as kind, p.provider_payment_id as id, p.invoice_id as "invoiceId", i.customer_id as "customerId", i.currency, p.amount, case when m.id is null then 'not_reported' else 'on_balance' end as reason, p.provider_create_time as "createTime"
       from invoice_payment p join invoice i on i.id = p.invoice_id join provider_money_cursor k on k.connection_id = i.connection_id and k.read_time is not null join payment_connection c on c.id = i.connection_id
       left join provider_movement m on m.connection_id = i.connection_id and m.kind = 'payment' and m.provider_payment_id = p.provider_payment_id
      where p.account_id = $1 and p.status = 'succeeded' and p.amount > 0 and p.provider_create_time >= c.create_time and m.provider_payout_id is null and (p.provider_create_time, p.provider_payment_id) > ($2, $3)
      order by p.provider_create_time, p.provider_payment_id limit $4)
    union all
    (select 'refund', r.provider_refund_id, r.invoice_id, r.customer_id, r.currency, -r.amount, case when m.id is null then 'not_reported' else 'on_balance' end, r.create_time
       from refund r join provider_money_cursor k on k.connection_id = r.connection_id and k.read_time is not null
       left join provider_movement m on m.connection_id = r.connection_id and m.kind = 'refund' and m.provider_refund_id = r.provider_refund_id
      where r.account_id = $1 and r.status = 'succeeded' and r.provider_refund_id is not null and m.provider_payout_id is null and (r.create_time, r.provider_refund_id) > ($2, $3)
      order by r.create_time, r.provider_refund_id limit $4)) as ours
  order by "createTime", id limit $4`;

type Texts<T> = { readonly [K in keyof T]: T[K] extends bigint | number ? string : T[K] };

/** Money that left the provider beside what is known of it here: payouts, what is in them, and what of ours is in none yet. Pages go by create time and id. */
@Injectable()
export class PayoutsReport {
  constructor(private readonly reader: ReportReader) {}

  /** At most `limit` rows behind the place. */
  async payouts(accountId: string, limit: number, after: ReportPlace | null): Promise<PayoutRow[]> {
    const rows = await this.reader.rows<Texts<PayoutRow>>(PAYOUTS, [accountId, ...placeOf(after), limit]);
    return rows.map((row) => ({
      ...row,
      ...bigints(row, ['amount', 'gross', 'refunds', 'disputes', 'fees', 'other', 'net']),
      ...numbers(row, ['transactions', 'unmatched', 'createTime', 'arrivalTime']),
    }));
  }

  /** @param payoutId null: all there are, in whichever payout or none @throws DomainError `payout_not_found` */
  async movements(accountId: string, payoutId: string | null, limit: number, after: ReportPlace | null): Promise<MovementRow[]> {
    if (payoutId !== null) {
      const [known] = await this.reader.rows('select 1 from provider_payout where account_id = $1 and id = $2', [accountId, payoutId]);
      if (!known) throw notFound('payout', payoutId);
    }
    const rows = await this.reader.rows<Texts<MovementRow>>(MOVEMENTS, [accountId, payoutId, ...placeOf(after), limit]);
    return rows.map((row) => ({ ...row, ...bigints(row, ['amount', 'fee', 'net']), ...numbers(row, ['createTime', 'availableTime']) }));
  }

  /** Payments and refunds of ours that are in no payout yet. */
  async outstanding(accountId: string, limit: number, after: ReportPlace | null): Promise<OutstandingRow[]> {
    const rows = await this.reader.rows<Texts<OutstandingRow>>(OUTSTANDING, [accountId, ...placeOf(after), limit]);
    return rows.map((row) => ({ ...row, ...bigints(row, ['amount']), ...numbers(row, ['createTime']) }));
  }
}

function placeOf(after: ReportPlace | null): [number, string] {
  return [after?.createTime ?? -1, after?.id ?? ''];
}

function bigints<K extends string>(row: { readonly [N in K]: string }, names: readonly K[]): Record<K, bigint> {
  return Object.fromEntries(names.map((name) => [name, BigInt(row[name])])) as Record<K, bigint>;
}

function numbers<K extends string>(row: { readonly [N in K]: string }, names: readonly K[]): Record<K, number> {
  return Object.fromEntries(names.map((name) => [name, Number(row[name])])) as Record<K, number>;
}
