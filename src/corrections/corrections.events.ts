import { Injectable } from '@nestjs/common';
import type { Transaction } from '../platform/database/database.js';
import { Outbox } from '../platform/outbox/outbox.js';
import type { Correction } from './correction.entity.js';

/** `usage_correction.applied` and `usage_correction.reverted`, when all of it is done. */
@Injectable()
export class CorrectionEvents {
  constructor(private readonly outbox: Outbox) {}

  finished(tx: Transaction, { id, accountId, name, reason, state, amendment, doneCount, revertedCount }: Correction): Promise<void> {
    const eventCount = state === 'reverted' ? revertedCount : doneCount;
    const data = { correctionId: id, name, reason, action: amendment == null ? 'cancel' : 'amend', eventCount };
    return this.outbox.record(tx, { accountId, type: `usage_correction.${state}`, objectType: 'usage_correction', objectId: id, data });
  }
}
