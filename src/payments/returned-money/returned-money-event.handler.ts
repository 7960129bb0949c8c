import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import type { DispatchResult } from '../inbox/dispatch-result.js';
import type { ClaimedEvent } from '../inbox/inbox-claims.js';
import { CreditNoteRepository } from '../credit-notes/credit-note.repository.js';
import { RefundRepository } from '../refunds/refund.repository.js';
import { ReturnedMoneyChecks } from './returned-money-checks.js';

/** News of a refund or credit note we know. One we do not know is found with its payment or invoice, which its event names too. */
@Injectable()
export class ReturnedMoneyEventHandler {
  constructor(
    private readonly database: Database,
    private readonly refunds: RefundRepository,
    private readonly notes: CreditNoteRepository,
    private readonly checks: ReturnedMoneyChecks,
  ) {}

  async changed({ connectionId }: ClaimedEvent, kind: 'refund' | 'credit_note', providerId: string): Promise<DispatchResult> {
    const known = await (kind === 'refund' ? this.refunds : this.notes).findByProviderId(this.database.reader(), connectionId, providerId);
    if (!known) return { result: 'foreign' };
    await this.database.transaction((tx) => this.checks.mark(tx, known.invoiceId));
    return { result: 'processed' };
  }
}
