import { Injectable, type OnModuleInit } from '@nestjs/common';
import { CustomerSuspensions } from '../../customers/suspensions/customer-suspensions.js';
import { completeSettings, type ConnectionSettings } from '../../payment-connections/connection-settings.js';
import { AccountClock } from '../../platform/clock/clock.js';
import { Database, type Transaction } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import { DueWork } from '../../platform/jobs/due-work.js';
import { SuspensionChecks, type DueCheck } from './suspension-checks.js';
import { suspensionOf, type OwedInvoice } from './suspension-rule.js';

const BATCH = 200;

interface OwedRow {
  readonly id: string;
  readonly customer_id: string;
  readonly payment_status: string;
  readonly payment_status_reason: string | null;
  readonly due: string;
  readonly is_retried: boolean;
  readonly settings: Partial<ConnectionSettings>;
}

const OWED = `
  select i.id, i.customer_id, i.payment_status, i.payment_status_reason, coalesce(i.due_time_in_millis, i.lock_time, 0) as due, i.retry_at is not null or i.next_attempt_time is not null as is_retried, c.settings
    from invoice i join payment_connection c on c.id = i.connection_id
   where i.account_id = $1 and i.customer_id = any($2) and i.price_status = 'price_locked' and i.amount_open > 0 and i.payment_status not in ('settled', 'not_needed')
   order by i.period_end_in_millis, i.id`;

/** Suspends customers who do not pay, as their connection's settings say, and resumes them when nothing overdue is left. Follows the account's clock. */
@Injectable()
export class SuspensionsDueWork implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly dueWork: DueWork,
    private readonly clock: AccountClock,
    private readonly checks: SuspensionChecks,
    private readonly suspensions: CustomerSuspensions,
  ) {}

  onModuleInit(): void {
    this.dueWork.register({
      name: 'suspensions',
      accountsDue: (now) => this.checks.accountsDue(this.database.reader(), now),
      nextDueAt: (accountId, until) => this.#nextDueAt(accountId, until),
      runDue: (accountId, asOf) => this.runDue(accountId, asOf),
      countInProgress: () => Promise.resolve(0),
    });
  }

  /** Never before the account's present time: what happened is looked at as of now. */
  async #nextDueAt(accountId: string, until: number): Promise<number | null> {
    const next = await this.checks.nextDueAt(this.database.reader(), accountId, until);
    return next === null ? null : Math.min(Math.max(next, await this.clock.now(accountId)), until);
  }

  async runDue(accountId: string, asOf: number): Promise<void> {
    for (;;) {
      const due = await this.checks.due(this.database.reader(), accountId, asOf, BATCH);
      for (const check of due) await this.database.transaction((tx) => this.#look(tx, accountId, check, asOf));
      if (due.length < BATCH) return;
    }
  }

  async #look(tx: Transaction, accountId: string, check: DueCheck, asOf: number): Promise<void> {
    const owed = (await sql<OwedRow>(tx, OWED, [accountId, [check.customer_id]])).map(owedOf);
    const { suspend, resumes, nextTimeInMillis } = suspensionOf(owed, asOf);
    if (suspend) await this.suspensions.suspend(tx, accountId, check.customer_id, suspend, asOf);
    else if (resumes) await this.suspensions.resume(tx, accountId, check.customer_id, asOf);
    await this.checks.settle(tx, accountId, check, nextTimeInMillis);
  }
}

function owedOf(row: OwedRow): OwedInvoice {
  return {
    id: row.id,
    paymentStatus: row.payment_status,
    paymentStatusReason: row.payment_status_reason,
    dueTimeInMillis: Number(row.due),
    isRetried: row.is_retried,
    settings: completeSettings(row.settings),
  };
}
