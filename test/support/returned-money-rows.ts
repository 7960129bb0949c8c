import type pg from 'pg';
import type { AccountObjects } from './furnished-account.js';

/** Ids of what a billed month, a refund, a credit note and a payment made twice leave behind. */
export interface ReturnedMoneyObjects {
  readonly refundId: string;
  readonly creditNoteId: string;
  readonly duplicateId: string;
  /** Of a payout that is read, with a payment of nobody's in it. */
  readonly payoutId: string;
  /** About the refund. */
  readonly mailId: string;
}

/** One of each, written straight into the tables: a month and a mishap at the provider would take long, and only their ids matter here. */
export async function insertReturnedMoney(pool: Pick<pg.Pool, 'query'>, { accountId, customerId, invoiceId, connectionId }: Pick<AccountObjects, 'accountId' | 'customerId' | 'invoiceId' | 'connectionId'>, mark: string): Promise<ReturnedMoneyObjects> {
  const ids = { refundId: `ref_${mark}123456`, creditNoteId: `crn_${mark}123456`, duplicateId: `dup_${mark}123456`, payoutId: `po_${mark}123456`, mailId: `mail_${mark}123456` };
  const common = [accountId, customerId, invoiceId, connectionId];
  await pool.query(
    `insert into refund (id, account_id, customer_id, invoice_id, connection_id, provider_payment_id, provider_refund_id, origin, reason, status, amount, currency, create_time, update_time)
     values ($1, $2, $3, $4, $5, $6, $7, 'here', $8, 'succeeded', 100, 'USD', 1, 1)`,
    [ids.refundId, ...common, `pi_${mark}`, `re_${mark}`, `${mark} reason`],
  );
  await pool.query(
    `insert into credit_note (id, account_id, customer_id, invoice_id, connection_id, provider_invoice_id, provider_credit_note_id, origin, status, amount, amount_before_payment, amount_refunded,
       amount_to_balance, amount_outside, currency, memo, create_time, update_time) values ($1, $2, $3, $4, $5, $6, $7, 'here', 'issued', 100, 100, 0, 0, 0, 'USD', $8, 1, 1)`,
    [ids.creditNoteId, ...common, `in_${mark}`, `cn_${mark}`, `${mark} memo`],
  );
  await pool.query(
    `insert into payment_duplicate (id, account_id, customer_id, invoice_id, connection_id, provider_invoice_id, provider_payment_id, kind, amount, currency, status, provider_payment_time, create_time, update_time)
     values ($1, $2, $3, $4, $5, $6, $7, 'second_payment', 100, 'USD', 'open', 1, 1, 1)`,
    [ids.duplicateId, ...common, `in_${mark}`, `pi_${mark}`],
  );
  await pool.query(
    `insert into provider_payout (connection_id, id, account_id, status, provider_status, amount, currency, movements, create_time, arrival_time) values ($1, $2, $3, 'paid', 'paid', 97, 'USD', 'read', 1, 1)`,
    [connectionId, ids.payoutId, accountId],
  );
  await pool.query(
    `insert into provider_movement (connection_id, id, account_id, kind, provider_type, amount, fee, currency, provider_payment_id, provider_payout_id, create_time, available_time)
     values ($1, $2, $3, 'payment', 'charge', 100, 3, 'USD', 'pi_nobodys', $4, 1, 1)`,
    [connectionId, `txn_${mark}`, accountId, ids.payoutId],
  );
  await pool.query(
    `insert into mail (id, account_id, customer_id, invoice_id, kind, sender, subject_type, subject_id, occasion, status, recipients, error, queue_time, create_time, update_time)
     values ($1, $2, $3, $4, 'refund', 'webhook', 'refund', $5, '', 'told', $6, null, 1, 1, 1)`,
    [ids.mailId, accountId, customerId, invoiceId, ids.refundId, JSON.stringify([`${mark}@x.example`])],
  );
  return ids;
}
