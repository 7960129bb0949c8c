import { Injectable } from '@nestjs/common';
import { Decimal, DomainError } from '@tollkeeper/kernel';
import type { CorrectionPreview } from '@tollkeeper/usage-store';
import type { Cursor } from '../platform/http/paging.js';
import { AffectedInvoices, type AffectedInvoice } from './affected-invoices.js';
import type { CheckedCorrection } from './correction-checks.js';
import { CorrectionsService } from './corrections.service.js';

/** Invoices of one look; of more of them only the list tells what they come to. */
const MOST_INVOICES = 1_000;

export interface MeterDifference {
  readonly meterApiName: string;
  /** Events that the correction takes from it or changes in it. */
  readonly eventCount: number;
  /** What these sum up to, and what is there instead; decimal text. */
  readonly units: string;
  readonly unitsAfter: string;
}

export interface MoneyDifference {
  readonly currency: string;
  readonly invoiceCount: number;
  readonly lockedCount: number;
  /** Minor units. */
  readonly now: bigint;
  readonly after: bigint;
}

export interface CorrectionOverview {
  readonly eventCount: number;
  readonly customerCount: number;
  readonly meters: readonly MeterDifference[];
  /** By currency; null where it is about more than 1,000 invoices. */
  readonly money: readonly MoneyDifference[] | null;
  /** Invoices that could not be rated as things are, or would not be. */
  readonly unratedCount: number;
}

/** What a draft would do to usage and to invoices. Nothing is stored. */
@Injectable()
export class CorrectionPreviews {
  constructor(
    private readonly corrections: CorrectionsService,
    private readonly affected: AffectedInvoices,
  ) {}

  /** @throws DomainError as `CorrectionsService.checkDraft` */
  async overview(accountId: string, id: string): Promise<CorrectionOverview> {
    const checked = await this.corrections.checkDraft(accountId, id);
    const invoices = await this.affected.page(checked, MOST_INVOICES + 1, null);
    const rated = invoices.filter(isRated);
    return {
      eventCount: checked.preview.reduce((sum, { eventCount }) => sum + eventCount, 0),
      customerCount: new Set(checked.preview.map(({ customerId }) => customerId)).size,
      meters: metersOf(checked),
      money: invoices.length > MOST_INVOICES ? null : moneyOf(rated),
      unratedCount: invoices.length - rated.length,
    };
  }

  /** Invoices whose periods hold some of the usage, in creation order. @throws DomainError as above */
  async invoices(accountId: string, id: string, limit: number, cursor: Cursor | null): Promise<AffectedInvoice[]> {
    return this.affected.page(await this.corrections.checkDraft(accountId, id), limit, cursor);
  }
}

/** Of the meters that lose or gain something, by name. */
function metersOf({ change, preview }: CheckedCorrection): MeterDifference[] {
  const meters = new Map<string, MeterDifference>();
  const add = (meterApiName: string, more: Pick<MeterDifference, 'eventCount' | 'units' | 'unitsAfter'>): void => {
    const known = meters.get(meterApiName) ?? { eventCount: 0, units: '0', unitsAfter: '0' };
    meters.set(meterApiName, { meterApiName, eventCount: known.eventCount + more.eventCount, units: sumOf(known.units, more.units), unitsAfter: sumOf(known.unitsAfter, more.unitsAfter) });
  };
  for (const { meterApiName, eventCount, units, unitsAfter } of preview) {
    add(meterApiName, { eventCount, units, unitsAfter: '0' });
    add(change.amendment?.meterApiName ?? meterApiName, { eventCount: 0, units: '0', unitsAfter });
  }
  return [...meters.values()].sort((one, other) => (one.meterApiName < other.meterApiName ? -1 : 1));
}

function sumOf(one: CorrectionPreview['units'], other: string): string {
  return Decimal.parse(one).plus(Decimal.parse(other)).toString();
}

type RatedInvoice = AffectedInvoice & { readonly now: Exclude<AffectedInvoice['now'], DomainError>; readonly after: Exclude<AffectedInvoice['after'], DomainError> };

function isRated(affected: AffectedInvoice): affected is RatedInvoice {
  return !(affected.now instanceof DomainError) && !(affected.after instanceof DomainError);
}

function moneyOf(rated: readonly RatedInvoice[]): MoneyDifference[] {
  const byCurrency = new Map<string, MoneyDifference>();
  for (const { invoice, isLocked, now, after } of rated) {
    const known = byCurrency.get(invoice.currency) ?? { currency: invoice.currency, invoiceCount: 0, lockedCount: 0, now: 0n, after: 0n };
    byCurrency.set(invoice.currency, { ...known, invoiceCount: known.invoiceCount + 1, lockedCount: known.lockedCount + (isLocked ? 1 : 0), now: known.now + now.total, after: known.after + after.total });
  }
  return [...byCurrency.values()].sort((one, other) => (one.currency < other.currency ? -1 : 1));
}
