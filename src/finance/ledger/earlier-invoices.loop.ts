import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import { WorkerLoops } from '../../platform/jobs/worker-loops.js';
import { LedgerBooking } from './ledger-booking.js';

/** It has nothing to do but once after an update. */
const INTERVAL_IN_MILLIS = 60_000;
const BATCH = 200;

/** Books what was locked before there was a ledger. Each batch is one transaction: an interrupted process leaves the rest to the next. */
@Injectable()
export class EarlierInvoicesLoop implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly booking: LedgerBooking,
    private readonly loops: WorkerLoops,
  ) {}

  onModuleInit(): void {
    this.loops.register({ name: 'ledger-earlier-invoices', intervalInMillis: INTERVAL_IN_MILLIS, run: (signal) => this.runOnce(signal) });
  }

  async runOnce(signal: AbortSignal): Promise<boolean> {
    const count = await this.database.transaction(async (tx) => {
      const due = await sql<{ invoice_id: string }>(tx, `select invoice_id from ledger_due order by invoice_id limit ${BATCH} for update skip locked`);
      const ids = due.map(({ invoice_id }) => invoice_id);
      if (ids.length === 0) return 0;
      await sql(tx, 'select 1 from invoice where id = any($1) order by id for no key update', [ids]);
      await this.booking.book(tx, ids, true);
      await sql(tx, 'delete from ledger_due where invoice_id = any($1)', [ids]);
      return ids.length;
    });
    return count === BATCH && !signal.aborted;
  }
}
