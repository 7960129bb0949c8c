import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import type { DispatchResult } from '../inbox/dispatch-result.js';
import type { ClaimedEvent } from '../inbox/inbox-claims.js';
import { RefundRepository } from '../refunds/refund.repository.js';
import { ReturnedMoneyChecks } from './returned-money-checks.js';

/** News of a refund we know. One we do not know is found with its payment, which its event names too. */
@Injectable()
export class ReturnedMoneyEventHandler {
  constructor(
    private readonly database: Database,
    private readonly refunds: RefundRepository,
    private readonly checks: ReturnedMoneyChecks,
  ) {}

  async changed({ connectionId }: ClaimedEvent, kind: 'refund' | 'credit_note', providerId: string): Promise<DispatchResult> {
    if (kind === 'credit_note') return { result: 'foreign' };
    const known = await this.refunds.findByProviderId(this.database.reader(), connectionId, providerId);
    if (!known) return { result: 'foreign' };
    await this.database.transaction((tx) => this.checks.mark(tx, known.invoiceId));
    return { result: 'processed' };
  }
}
