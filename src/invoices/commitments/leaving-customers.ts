import { Injectable, type OnModuleInit } from '@nestjs/common';
import { CustomerDeletionGuards } from '../../customers/customer-deletion-guards.js';
import { AccountClock } from '../../platform/clock/clock.js';
import { Database, type Transaction } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import { CommitmentSettlement } from './commitment-settlement.js';
import { CommitmentsService } from './commitments.service.js';

/** Commitments of customers who leave: the final invoice bills what is missing, and where there is none, an invoice of its own does. */
@Injectable()
export class LeavingCustomers implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly guards: CustomerDeletionGuards,
    private readonly commitments: CommitmentsService,
    private readonly settlement: CommitmentSettlement,
    private readonly clock: AccountClock,
  ) {}

  onModuleInit(): void {
    // Behind the final invoices: what these have billed is not billed again.
    this.guards.registerFinalBilling((accountId, customerId) => this.#end(accountId, customerId));
    this.guards.register((tx, { accountId, customerId }) => this.#reasons(tx, accountId, customerId));
  }

  async #end(accountId: string, customerId: string): Promise<void> {
    for (const id of await this.#going(this.database.reader(), accountId, customerId)) await this.commitments.end(accountId, id, true);
    await this.settlement.runDue(accountId, await this.clock.now(accountId), customerId);
  }

  async #reasons(tx: Transaction, accountId: string, customerId: string): Promise<string[]> {
    const going = await this.#going(tx, accountId, customerId);
    return going.length === 0 ? [] : [`${going.length} commitments that are not over`];
  }

  async #going(reader: Transaction, accountId: string, customerId: string): Promise<string[]> {
    const rows = await sql<{ id: string }>(reader, 'select distinct commitment_id as id from commitment_term where account_id = $1 and customer_id = $2 and settled_time is null', [accountId, customerId]);
    return rows.map(({ id }) => id);
  }
}
