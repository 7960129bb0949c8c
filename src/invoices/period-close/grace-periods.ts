import { Injectable } from '@nestjs/common';
import type { Account } from '../../accounts/account.entity.js';
import { AccountsService } from '../../accounts/accounts.service.js';
import type { LinkInForce } from '../../customers/customer-links.service.js';
import { PaymentConnections } from '../../payment-connections/payment-connections.service.js';
import type { Transaction } from '../../platform/database/database.js';
import { closesAt, type Invoice } from '../invoice.entity.js';

const HOUR_IN_MILLIS = 3_600_000;

/** Null: when people run it. */
export function lockDueAt({ periodClose }: Account, graceEndInMillis: number): number | null {
  return periodClose === 'on_request' ? null : graceEndInMillis;
}

/** How long late events count: as the connection says, where it says so, else as the account does. */
@Injectable()
export class GracePeriods {
  constructor(
    private readonly accounts: AccountsService,
    private readonly connections: PaymentConnections,
  ) {}

  /** When the grace of invoices is over. @param links by customer, those of the invoices' at least */
  async endsOf(tx: Transaction, accountId: string, links: ReadonlyMap<string, LinkInForce>): Promise<(invoice: Invoice) => number> {
    const { gracePeriodInHours } = await this.accounts.getIn(tx, accountId);
    const inHours = new Map<string | null, number>([[null, gracePeriodInHours]]);
    for (const connectionId of new Set([...links.values()].map((link) => link.connectionId))) {
      if (connectionId !== null) inHours.set(connectionId, (await this.connections.getById(tx, connectionId)).settings.gracePeriodInHours ?? gracePeriodInHours);
    }
    // What is due in advance waits for no late events.
    return (invoice) => closesAt(invoice) + (invoice.kind === 'advance' ? 0 : inHours.get(links.get(invoice.customerId)!.connectionId)! * HOUR_IN_MILLIS);
  }

  /** When an invoice of the account is locked whose grace is over then; null: when people run it. */
  async dueTimes(tx: Transaction, accountId: string): Promise<(graceEndInMillis: number) => number | null> {
    const account = await this.accounts.getIn(tx, accountId);
    return (graceEndInMillis) => lockDueAt(account, graceEndInMillis);
  }
}
