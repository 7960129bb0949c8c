import { Injectable } from '@nestjs/common';
import { conflict } from '@tollkeeper/kernel';
import { AccountsService } from '../../accounts/accounts.service.js';
import { AccountClock, ProcessClock } from '../../platform/clock/clock.js';
import { Database, type Transaction } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import { labelsOf, type LedgerAccountLabels } from '../ledger/ledger-accounts.js';
import { monthAfter, startOfMonth } from '../ledger/service-months.js';
import { parseMonth } from '../reports/month-range.js';
import { BookedMonths } from './booked-months.js';

export interface ClosedMonth {
  readonly month: string;
  readonly endTimeInMillis: number;
  readonly closeTime: number;
  /** As they were when it was closed. */
  readonly labels: LedgerAccountLabels;
}

interface Row {
  readonly month: string;
  readonly end_time_in_millis: string;
  readonly close_time: string;
  readonly ledger_accounts: LedgerAccountLabels;
}

const CLOSED = 'select month, end_time_in_millis, close_time, ledger_accounts from finance_month where account_id = $1';

/** Months in which nothing is booked any more: what would change one is booked in the first open month. */
@Injectable()
export class ClosedMonthsService {
  constructor(
    private readonly database: Database,
    private readonly accounts: AccountsService,
    private readonly months: BookedMonths,
    private readonly accountClock: AccountClock,
    private readonly clock: ProcessClock,
  ) {}

  /** Oldest first. */
  async list(accountId: string): Promise<ClosedMonth[]> {
    const rows = await sql<Row>(this.database.reader(), `${CLOSED} order by month`, [accountId]);
    return rows.map(closedMonth);
  }

  /**
   * With all that are open before it. For ever: a closed month may have been handed to the tax office. Repeated, it changes nothing.
   * @param despiteOpenInvoices although periods that ended in it are not invoiced yet; their revenue will be that of a later month
   * @throws DomainError `invalid_month`; `month_not_over`, `ledger_incomplete`, `invoices_not_locked` (conflict)
   */
  async close(accountId: string, text: string, despiteOpenInvoices: boolean): Promise<ClosedMonth> {
    const month = parseMonth(text);
    const { timeZone } = await this.accounts.get(accountId);
    const end = startOfMonth(monthAfter(month), timeZone);
    const now = await this.accountClock.now(accountId);
    if (end > now) throw conflict('month_not_over', `${month} ends at ${new Date(end).toISOString()}, which is later than the account's time.`);
    return this.database.transaction(async (tx) => {
      const closedUntil = await this.months.lock(tx, accountId);
      if (closedUntil >= end) return closedMonth((await sql<Row>(tx, `${CLOSED} and month >= $2 order by month limit 1`, [accountId, month]))[0]!);
      await this.#refuseUnready(tx, accountId, end, despiteOpenInvoices);
      const [setting] = await sql<{ ledger_accounts: Partial<LedgerAccountLabels> }>(tx, 'update finance_setting set closed_until = $2, update_time = $3 where account_id = $1 returning ledger_accounts', [accountId, end, this.clock.now()]);
      const [row] = await sql<Row>(tx, 'insert into finance_month (account_id, month, end_time_in_millis, ledger_accounts, close_time) values ($1, $2, $3, $4::jsonb, $5) returning *', [accountId, month, end, JSON.stringify(labelsOf(setting?.ledger_accounts ?? {})), now]);
      return closedMonth(row!);
    });
  }

  async #refuseUnready(tx: Transaction, accountId: string, end: number, despiteOpenInvoices: boolean): Promise<void> {
    const [unready] = await sql<{ unbooked: number; unlocked: number }>(
      tx,
      `select (select count(*)::integer from ledger_due d join invoice i on i.id = d.invoice_id where i.account_id = $1) as unbooked,
         (select count(*)::integer from invoice where account_id = $1 and price_status <> 'price_locked' and period_end_in_millis <= $2) as unlocked`,
      [accountId, end],
    );
    if (unready!.unbooked > 0) throw conflict('ledger_incomplete', `${unready!.unbooked} invoices from before the ledger are still being booked. Try again in a minute.`);
    if (unready!.unlocked > 0 && !despiteOpenInvoices) {
      throw conflict('invoices_not_locked', `${unready!.unlocked} invoices of periods that ended by then are not locked yet: their revenue would be booked in a later month. Wait for their grace to end, or send despiteOpenInvoices.`);
    }
  }
}

function closedMonth({ month, end_time_in_millis: end, close_time: closeTime, ledger_accounts: labels }: Row): ClosedMonth {
  return { month, endTimeInMillis: Number(end), closeTime: Number(closeTime), labels };
}
