import { Injectable } from '@nestjs/common';
import { DomainError } from '@tollkeeper/kernel';
import { UsageStore } from '@tollkeeper/usage-store';
import { AccountsService } from '../accounts/accounts.service.js';
import { Assignment } from '../catalog/assignment.entity.js';
import { PlansService, type PricedPlan } from '../catalog/plans.service.js';
import { ChargesService, type ChargesInput } from '../charges/charges.service.js';
import type { RatedCharges } from '../charges/rated-charges.js';
import { Database, type Transaction } from '../platform/database/database.js';
import type { Invoice } from './invoice.entity.js';
import { chargeDifference } from './late-usage/charge-difference.js';
import { wholePeriods } from './whole-periods.js';

/** Some invoices' charges, up to one watermark. */
export interface RatedInvoices {
  readonly watermark: string;
  readonly charges: ReadonlyMap<string, RatedCharges>;
  /** Why these cannot be rated. */
  readonly failures: ReadonlyMap<string, DomainError>;
}

/** Rates an invoice's period: everything there is now for a preview, everything below a fixed watermark for the lock. */
@Injectable()
export class InvoiceRating {
  constructor(
    private readonly database: Database,
    private readonly plans: PlansService,
    private readonly charges: ChargesService,
    private readonly usage: UsageStore,
    private readonly accounts: AccountsService,
  ) {}

  /** Of one account, up to one watermark; each rated or with the reason why it cannot be, in their order. */
  async rateMany(invoices: readonly Invoice[]): Promise<RatedInvoices> {
    const reader = this.database.reader();
    const watermark = await this.usage.watermark();
    const rated = new Map<string, RatedCharges | DomainError>();
    for (const { alike, period, isInAdvance } of await this.#samePeriods(reader, invoices)) {
      const inAdvance = isInAdvance ? this.charges.rateInAdvance(period) : null;
      const charges = inAdvance ? null : await this.#rate(reader, { ...period, watermark }, alike);
      for (const { id } of alike) rated.set(id, inAdvance ?? charges!.get(id)!);
    }
    const inOrder = invoices.map(({ id }) => [id, rated.get(id)!] as const);
    return {
      watermark,
      charges: new Map(inOrder.filter((entry): entry is [string, RatedCharges] => !(entry[1] instanceof DomainError))),
      failures: new Map(inOrder.filter((entry): entry is [string, DomainError] => entry[1] instanceof DomainError)),
    };
  }

  /** @param reader the caller's transaction, where it is in one */
  preview(invoice: Invoice, reader: Transaction = this.database.reader()): Promise<RatedCharges> {
    return this.rateAt(invoice, { watermark: null }, reader);
  }

  /** With the events that counted at a position of the store; null: those that count now. */
  async rateAt(invoice: Invoice, at: Pick<ChargesInput, 'watermark' | 'heldUntilInMillis'>, reader: Transaction = this.database.reader()): Promise<RatedCharges> {
    const [{ period, isInAdvance }] = (await this.#samePeriods(reader, [invoice])) as [SamePeriod];
    if (isInAdvance) return this.charges.rateInAdvance(period);
    const charges = (await this.#rate(reader, { ...period, ...at }, [invoice])).get(invoice.id)!;
    if (charges instanceof DomainError) throw charges;
    return charges;
  }

  /** By invoice. An adjustment comes to what its period comes to, less what had been billed of it. @param alike which had the same billed */
  async #rate(reader: Transaction, input: ChargesInput, alike: readonly Invoice[]): Promise<Map<string, RatedCharges | DomainError>> {
    const customerIds = alike.map(({ customerId }) => customerId);
    const base = alike[0]!.baseWatermark ?? null;
    const now = await this.charges.rateMany(reader, input, customerIds);
    const before = base === null ? null : await this.charges.rateMany(reader, { ...input, watermark: base }, customerIds);
    return new Map(alike.map(({ id, customerId }) => [id, lessBefore(now.get(customerId)!, before?.get(customerId))]));
  }

  /** Invoices of one account that share plan and period, with what rating has to know of these. */
  async #samePeriods(reader: Transaction, invoices: readonly Invoice[]): Promise<SamePeriod[]> {
    const accountId = invoices[0]?.accountId ?? '';
    const { timeZone } = await this.accounts.getIn(reader, accountId);
    const rows = await reader.find(Assignment, { accountId, id: { $in: invoices.flatMap(({ assignmentId }) => assignmentId ?? []) } }, { disableIdentityMap: true });
    const starts = new Map(rows.map(({ id, startInMillis }) => [id, startInMillis]));
    const plans = new Map<string, PricedPlan>();
    for (const planId of new Set(invoices.map((invoice) => invoice.planId ?? ''))) plans.set(planId, await this.plans.getPriced(reader, accountId, planId));
    const wholeOf = wholePeriods(timeZone);
    const groups = new Map<string, SamePeriod & { alike: Invoice[] }>();
    for (const invoice of invoices) {
      const { assignmentId, planId, periodStartInMillis, periodEndInMillis, baseWatermark } = invoice;
      const plan = plans.get(planId ?? '')!;
      const assignmentStart = starts.get(assignmentId ?? '');
      const billed = { startInMillis: periodStartInMillis, endInMillis: periodEndInMillis };
      const wholePeriod = assignmentStart === undefined ? billed : wholeOf(plan.plan, assignmentStart, periodStartInMillis);
      const [isInAdvance, isFirstPeriod] = [invoice.kind === 'advance', assignmentStart === periodStartInMillis];
      const key = [isInAdvance, isFirstPeriod, planId, periodStartInMillis, periodEndInMillis, wholePeriod.startInMillis, wholePeriod.endInMillis, baseWatermark].join(' ');
      const group = groups.get(key) ?? { alike: [], isInAdvance, period: { accountId, plan, periodStartInMillis, periodEndInMillis, wholePeriod, isFirstPeriod, timeZone } };
      group.alike.push(invoice);
      groups.set(key, group);
    }
    return [...groups.values()];
  }
}

interface SamePeriod {
  readonly alike: readonly Invoice[];
  /** Of fees that are due at the period's start, and nothing else. */
  readonly isInAdvance: boolean;
  readonly period: Omit<ChargesInput, 'watermark'>;
}

function lessBefore(now: RatedCharges | DomainError, before: RatedCharges | DomainError | undefined): RatedCharges | DomainError {
  if (now instanceof DomainError || before === undefined) return now;
  return before instanceof DomainError ? before : chargeDifference(now, before);
}
