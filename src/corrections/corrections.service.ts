import { Injectable } from '@nestjs/common';
import { newId } from '@tollkeeper/kernel';
import { UsageStore } from '@tollkeeper/usage-store';
import { ProcessClock } from '../platform/clock/clock.js';
import { Database, isUniqueViolation, type Transaction } from '../platform/database/database.js';
import type { Cursor } from '../platform/http/paging.js';
import { Wakeups } from '../platform/jobs/wakeups.js';
import { CorrectionChecks, type CheckedCorrection } from './correction-checks.js';
import { isEmptyFilter, type CorrectionRequest } from './correction-request.js';
import { Correction, CorrectionEntry, type CorrectionAction, type CorrectionState } from './correction.entity.js';
import { emptyFilter, inUse, nothingToAmend, nothingToCorrect, underWay, wrongState } from './corrections.errors.js';
import { CorrectionsRepository } from './corrections.repository.js';

export const CORRECTIONS_TOPIC = 'usage-corrections';

/** Who asks. */
export interface Requester {
  readonly accountId: string;
  readonly apiKeyId: string;
}

/** A correction with what was done with it, oldest first. */
export interface CorrectionView {
  readonly correction: Correction;
  readonly entries: readonly CorrectionEntry[];
}

/** Corrections of many events, as people ask for them; the worker does them. */
@Injectable()
export class CorrectionsService {
  constructor(
    private readonly database: Database,
    private readonly repository: CorrectionsRepository,
    private readonly checks: CorrectionChecks,
    private readonly store: UsageStore,
    private readonly clock: ProcessClock,
    private readonly wakeups: Wakeups,
  ) {}

  /**
   * A draft about what is stored now: what comes later under the same filter is left as it is.
   * @param id of the request, so that the same one sent again finds its draft
   * @throws DomainError `empty_filter`, `nothing_to_amend` and those of `CorrectionChecks.check`
   */
  async create({ accountId, apiKeyId }: Requester, id: string, { name, reason, filter, everything, amendment }: CorrectionRequest): Promise<CorrectionView> {
    if (isEmptyFilter(filter) && !everything) throw emptyFilter();
    if (amendment !== null && Object.keys(amendment).length === 0) throw nothingToAmend();
    if (await this.repository.exists(this.database.reader(), accountId, id)) return this.get(accountId, id);
    const upTo = await this.store.watermark();
    await this.checks.check({ accountId, filter, amendment, upTo });
    return this.database.transaction(async (tx) => {
      const now = this.clock.now();
      const fresh = { state: 'draft' as const, fromInMillis: null, eventCount: null, doneCount: 0, revertedCount: 0, createTime: now, updateTime: now };
      const correction = tx.create(Correction, { id, accountId, name, reason, filter, amendment, upTo, ...fresh });
      await tx.flush();
      return { correction, entries: [this.#entry(tx, correction, { action: 'created', apiKeyId, note: reason, eventCount: null })] };
    });
  }

  /** @throws DomainError `usage_correction_not_found` */
  get(accountId: string, id: string): Promise<CorrectionView> {
    return this.#view(this.database.reader(), accountId, id);
  }

  /** In creation order, one more than the limit where there are more. */
  async list(accountId: string, state: CorrectionState | undefined, limit: number, cursor: Cursor | null): Promise<CorrectionView[]> {
    const reader = this.database.reader();
    const corrections = await this.repository.list(reader, accountId, state, limit + 1, cursor);
    const entries = await this.repository.entries(reader, accountId, corrections.map(({ id }) => id));
    return corrections.map((correction) => ({ correction, entries: entries.filter(({ correctionId }) => correctionId === correction.id) }));
  }

  /** What a draft would do. @throws DomainError `correction_not_draft` and those of `CorrectionChecks.check` */
  async checkDraft(accountId: string, id: string): Promise<CheckedCorrection> {
    const correction = await this.repository.get(this.database.reader(), accountId, id);
    if (correction.state !== 'draft') throw wrongState(correction, 'draft', 'looked at any more');
    return this.checks.check(correction);
  }

  /** @throws DomainError `correction_not_draft`, `correction_under_way`, `nothing_to_correct` and those of `CorrectionChecks.check` */
  async apply({ accountId, apiKeyId }: Requester, id: string, note: string | null): Promise<CorrectionView> {
    const draft = await this.repository.get(this.database.reader(), accountId, id);
    if (draft.state !== 'draft') throw wrongState(draft, 'draft', 'applied');
    const { change, preview } = await this.checks.check(draft);
    const eventCount = preview.reduce((sum, row) => sum + row.eventCount, 0);
    if (eventCount === 0) throw nothingToCorrect();
    return this.#begin(draft, async (tx, correction) => {
      if (correction.state !== 'draft') throw wrongState(correction, 'draft', 'applied');
      tx.assign(correction, { state: 'applying', fromInMillis: change.events.fromInMillis, eventCount, updateTime: this.clock.now() });
      this.#entry(tx, correction, { action: 'apply_requested', apiKeyId, note, eventCount });
    });
  }

  /** Also while it is still being applied. @throws DomainError `correction_not_applied`, `correction_under_way`, `correction_in_use` */
  async revert({ accountId, apiKeyId }: Requester, id: string, reason: string): Promise<CorrectionView> {
    const applied = await this.repository.get(this.database.reader(), accountId, id);
    return this.#begin(applied, async (tx, correction) => {
      if (correction.state !== 'applied' && correction.state !== 'applying') throw wrongState(correction, 'applied', 'reverted');
      tx.assign(correction, { state: 'reverting', updateTime: this.clock.now() });
      this.#entry(tx, correction, { action: 'revert_requested', apiKeyId, note: reason, eventCount: correction.doneCount });
      await tx.flush();
      // From here on no other correction of the account can begin.
      const later = await this.store.laterCorrection({ accountId, correctionId: id });
      if (later !== null) throw inUse(later);
    });
  }

  /** @throws DomainError `correction_not_draft` */
  async discard({ accountId, apiKeyId }: Requester, id: string): Promise<CorrectionView> {
    const draft = await this.repository.get(this.database.reader(), accountId, id);
    await this.database.transaction(async (tx) => {
      const correction = await this.repository.lock(tx, draft);
      if (correction.state !== 'draft') throw wrongState(correction, 'draft', 'discarded');
      tx.assign(correction, { state: 'discarded', updateTime: this.clock.now() });
      this.#entry(tx, correction, { action: 'discarded', apiKeyId, note: null, eventCount: null });
    });
    return this.get(accountId, id);
  }

  /** Hands a correction to the worker. That there is one at a time in an account is held by an index: two requests at once cannot both begin. */
  async #begin(asked: Correction, change: (tx: Transaction, correction: Correction) => Promise<void>): Promise<CorrectionView> {
    const { accountId, id } = asked;
    try {
      await this.database.transaction(async (tx) => {
        await change(tx, await this.repository.lock(tx, asked));
        await tx.flush();
        await this.wakeups.notify(tx, CORRECTIONS_TOPIC, id);
      });
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      const [running] = await this.repository.running(this.database.reader(), accountId);
      throw underWay(running?.id ?? id);
    }
    return this.get(accountId, id);
  }

  async #view(reader: Transaction, accountId: string, id: string): Promise<CorrectionView> {
    const correction = await this.repository.get(reader, accountId, id);
    return { correction, entries: await this.repository.entries(reader, accountId, [id]) };
  }

  #entry(tx: Transaction, { accountId, id: correctionId }: Correction, entry: { action: CorrectionAction; apiKeyId: string | null; note: string | null; eventCount: number | null }): CorrectionEntry {
    const now = this.clock.now();
    return tx.create(CorrectionEntry, { id: newId('cae', now), accountId, correctionId, ...entry, createTime: now });
  }
}
