import { Injectable } from '@nestjs/common';
import { ReportReader } from './report-reader.js';

export interface ReconciledInvoice {
  readonly invoiceId: string;
  readonly currency: string;
  /** What the invoice says is open. */
  readonly open: bigint;
  /** What the ledger says is receivable. */
  readonly booked: bigint;
}

const MOST_DIFFERENCES = 100;

/** Holds the ledger against the invoices: two ways to the same number. */
@Injectable()
export class ReconciliationReport {
  constructor(private readonly reader: ReportReader) {}

  /** Invoices on which the two disagree, at most a hundred. For a moment they may, until what went back at the provider is read. */
  async differences(accountId: string): Promise<ReconciledInvoice[]> {
    const rows = await this.reader.rows<{ id: string; currency: string; open: string; booked: string }>(
      `with stated as (
         select id, currency, case when payment_status in ('settled', 'not_needed') then amount_reversed when payment_status_reason = 'written_off' then 0 else amount_open end as open
         from invoice where account_id = $1 and price_status = 'price_locked' and id not in (select invoice_id from ledger_due)),
       booked as (select invoice_id, sum(amount) as booked from ledger_posting where account_id = $1 and ledger_account = 'receivable' group by invoice_id)
       select id, currency, open, coalesce(booked, 0) as booked from stated left join booked on invoice_id = id where open <> coalesce(booked, 0) order by id limit ${MOST_DIFFERENCES}`,
      [accountId],
    );
    return rows.map(({ id, currency, open, booked }) => ({ invoiceId: id, currency, open: BigInt(open), booked: BigInt(booked) }));
  }

  /** Invoices from before the ledger that are still to be booked. */
  async waiting(accountId: string): Promise<number> {
    const [row] = await this.reader.rows<{ count: number }>('select count(*)::integer as count from ledger_due d join invoice i on i.id = d.invoice_id where i.account_id = $1', [accountId]);
    return row?.count ?? 0;
  }
}
