import { Injectable } from '@nestjs/common';
import { newId } from '@tollkeeper/kernel';
import { UsageStore, type CorrectionProgress } from '@tollkeeper/usage-store';
import { ProcessClock } from '../platform/clock/clock.js';
import { Database, type Transaction } from '../platform/database/database.js';
import { eventsOf } from './correction-request.js';
import { CorrectionEntry, type Correction } from './correction.entity.js';
import { CorrectionEvents } from './corrections.events.js';
import { CorrectionsRepository } from './corrections.repository.js';

/** Some events of one correction. What the store has done is written down here after it: a crash in between is made good by the next step, which hears of it again. */
@Injectable()
export class CorrectionWork {
  constructor(
    private readonly database: Database,
    private readonly repository: CorrectionsRepository,
    private readonly store: UsageStore,
    private readonly events: CorrectionEvents,
    private readonly clock: ProcessClock,
  ) {}

  /** @returns whether there is more to do */
  async step(accountId: string, id: string): Promise<boolean> {
    const correction = await this.repository.get(this.database.reader(), accountId, id);
    const progress = await this.#act(correction);
    if (progress === null) return false;
    return this.database.transaction(async (tx) => {
      const current = await this.repository.lock(tx, correction);
      const { eventCount, isDone } = progress;
      tx.assign(current, { ...(correction.state === 'reverting' ? { revertedCount: eventCount } : { doneCount: eventCount }), updateTime: this.clock.now() });
      // Else somebody asked for its revert in the meantime: that is the next step.
      if (isDone && current.state === correction.state) await this.#finish(tx, current, eventCount);
      return current.state !== 'applied' && current.state !== 'reverted';
    });
  }

  #act(correction: Correction): Promise<CorrectionProgress> | null {
    const { accountId, id: correctionId, state, filter, amendment, fromInMillis, upTo } = correction;
    if (state === 'reverting') return this.store.revertCorrection({ accountId, correctionId });
    if (state !== 'applying') return null;
    return this.store.correct({ correctionId, events: eventsOf(accountId, filter, fromInMillis ?? 0, upTo), amendment: amendment ?? null });
  }

  async #finish(tx: Transaction, correction: Correction, eventCount: number): Promise<void> {
    const action = correction.state === 'reverting' ? 'reverted' : 'applied';
    const now = this.clock.now();
    const { accountId, id: correctionId } = correction;
    tx.assign(correction, { state: action });
    tx.create(CorrectionEntry, { id: newId('cae', now), accountId, correctionId, action, apiKeyId: null, note: null, eventCount, createTime: now });
    await this.events.finished(tx, correction);
  }
}
