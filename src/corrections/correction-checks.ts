import { Injectable } from '@nestjs/common';
import { UsageStore, type CorrectionPreview, type EventAmendment, type EventsChange } from '@tollkeeper/usage-store';
import { CustomerRepository } from '../customers/customer.repository.js';
import { MetersService } from '../metering/meters.service.js';
import { UsageRetention } from '../metering/retention/usage-retention.js';
import { AccountClock } from '../platform/clock/clock.js';
import { Database } from '../platform/database/database.js';
import { eventsOf, type CorrectionFilter } from './correction-request.js';
import type { Correction } from './correction.entity.js';
import { beyondRetention, intoTheFuture, notExact, unknownNames, unknownTarget } from './corrections.errors.js';

/** As ingestion takes it. */
const LONGEST_AHEAD_IN_MILLIS = 24 * 3_600_000;

/** What a correction would do, once nothing speaks against it. */
export interface CheckedCorrection {
  readonly change: EventsChange;
  readonly preview: readonly CorrectionPreview[];
}

/** Whether a correction can be done exactly as it says, and what it is about. Asked when it is created, looked at and applied: the world moves on in between. */
@Injectable()
export class CorrectionChecks {
  constructor(
    private readonly database: Database,
    private readonly store: UsageStore,
    private readonly meters: MetersService,
    private readonly customers: CustomerRepository,
    private readonly retention: UsageRetention,
    private readonly clock: AccountClock,
  ) {}

  /** @throws DomainError `correction_beyond_retention`, `unknown_target_meter`, `unknown_target_customer`, `unknown_meter`, `unknown_customer`, `correction_not_exact`, `correction_into_the_future` */
  async check({ accountId, filter, amendment, upTo }: Pick<Correction, 'accountId' | 'filter' | 'amendment' | 'upTo'>): Promise<CheckedCorrection> {
    const { acceptedFrom } = await this.retention.bounds(accountId);
    if (acceptedFrom !== null && filter.startTimeInMillis !== null && filter.startTimeInMillis < acceptedFrom) throw beyondRetention('The start of the time range', acceptedFrom);
    const change = { events: eventsOf(accountId, filter, acceptedFrom ?? 0, upTo), amendment: amendment ?? null };
    if (amendment != null) await this.#refuseUnknownTargets(accountId, amendment);
    const preview = await this.store.previewCorrection(change);
    await this.#refuseUnknownNames(accountId, filter, preview);
    const inexact = preview.reduce((sum, { inexactCount }) => sum + inexactCount, 0);
    if (inexact > 0) throw notExact(inexact);
    if (amendment?.shiftInMillis !== undefined) await this.#refuseTimes(accountId, acceptedFrom, amendment.shiftInMillis, preview);
    return { change, preview };
  }

  async #refuseUnknownTargets(accountId: string, { meterApiName, customerId }: EventAmendment): Promise<void> {
    const reader = this.database.reader();
    if (meterApiName !== undefined && !(await this.meters.findByApiName(reader, accountId, meterApiName))) throw unknownTarget('meter', meterApiName);
    if (customerId !== undefined && (await this.customers.existing(reader, accountId, [customerId])).length === 0) throw unknownTarget('customer', customerId);
  }

  /** What events carry may be corrected whether it exists or not: usage under a mistyped name is what corrections are for. */
  async #refuseUnknownNames(accountId: string, { meterApiNames, customerIds }: CorrectionFilter, preview: readonly CorrectionPreview[]): Promise<void> {
    const reader = this.database.reader();
    const meters = missing(meterApiNames, preview.map((row) => row.meterApiName));
    const existingMeters = meters.length === 0 ? [] : await this.meters.findByApiNames(reader, accountId, meters);
    const unknownMeters = missing(meters, existingMeters.map((meter) => meter.meterApiName));
    if (unknownMeters.length > 0) throw unknownNames('meter', unknownMeters);
    const customers = missing(customerIds, preview.map((row) => row.customerId));
    const unknownCustomers = missing(customers, customers.length === 0 ? [] : await this.customers.existing(reader, accountId, customers));
    if (unknownCustomers.length > 0) throw unknownNames('customer', unknownCustomers);
  }

  async #refuseTimes(accountId: string, acceptedFrom: number | null, shiftInMillis: number, preview: readonly CorrectionPreview[]): Promise<void> {
    const latest = (await this.clock.now(accountId)) + LONGEST_AHEAD_IN_MILLIS;
    for (const { firstInMillis, lastInMillis } of preview) {
      if (acceptedFrom !== null && firstInMillis + shiftInMillis < acceptedFrom) throw beyondRetention('Some of the time that events would be moved to', acceptedFrom);
      if (lastInMillis + shiftInMillis > latest) throw intoTheFuture(latest);
    }
  }
}

function missing(wanted: readonly string[] | null, found: readonly string[]): string[] {
  const known = new Set(found);
  return (wanted ?? []).filter((name) => !known.has(name));
}
