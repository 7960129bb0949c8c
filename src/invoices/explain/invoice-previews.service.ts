import { Injectable } from '@nestjs/common';
import { conflict, invalid } from '@tollkeeper/kernel';
import { PlansService } from '../../catalog/plans.service.js';
import { ProposedPrices, type ProposedPrice } from '../../catalog/proposed-prices.service.js';
import type { RatedCharges } from '../../charges/rated-charges.js';
import { CustomersService } from '../../customers/customers.service.js';
import { Database, type Transaction } from '../../platform/database/database.js';
import { Invoice } from '../invoice.entity.js';
import type { BilledSides } from './billed-what-ifs.js';
import { WhatIfRating } from './what-if-rating.js';

export interface PreviewRequest {
  readonly customerId: string;
  /** Null: the running period. */
  readonly period: { readonly startInMillis: number; readonly endInMillis: number } | null;
  /** Null: the one of the running period. */
  readonly planId: string | null;
  readonly prices: readonly ProposedPrice[];
}

export interface Preview {
  readonly startInMillis: number;
  readonly endInMillis: number;
  readonly planId: string;
  readonly charges: RatedCharges;
  /** The same period as the customer's own plan rates it; null where it has none. */
  readonly present: { readonly planId: string; readonly charges: RatedCharges } | null;
  readonly billed: BilledSides;
}

/** What a customer's period comes to, as it is or with another plan or other prices. Nothing is stored, and nothing about it is an invoice. */
@Injectable()
export class InvoicePreviews {
  constructor(
    private readonly database: Database,
    private readonly customers: CustomersService,
    private readonly plans: PlansService,
    private readonly proposals: ProposedPrices,
    private readonly rating: WhatIfRating,
  ) {}

  /** @throws DomainError `customer_not_found`, `plan_not_found`, `no_running_period`, `invalid_time_range`, and as `ProposedPrices.propose` */
  async preview(accountId: string, request: PreviewRequest): Promise<Preview> {
    const reader = this.database.reader();
    await this.customers.get(reader, accountId, request.customerId);
    const running = await runningInvoice(reader, accountId, request.customerId);
    const period = request.period ?? periodOf(running);
    const planId = request.planId ?? running?.planId;
    if (planId == null) throw noPeriod('plan');
    if (period.endInMillis <= period.startInMillis) throw invalid('invalid_time_range', 'The period ends before it starts; endTimeInSeconds is not part of it and lies after startTimeInSeconds.');
    const { customerId } = request;
    const plan = await this.proposals.propose(reader, await this.plans.getAgreed(reader, { accountId, planId, customerId }, period), request.prices);
    const charges = await this.rating.rate(reader, customerId, plan, period);
    const present = running?.planId == null ? null : { planId: running.planId, charges: await this.rating.rate(reader, customerId, await this.plans.getAgreed(reader, { accountId, planId: running.planId, customerId }, period), period) };
    const asked = { id: running?.id ?? '', accountId, customerId, kind: 'cycle' as const, connectionId: running?.connectionId ?? null, periodStartInMillis: period.startInMillis, periodEndInMillis: period.endInMillis };
    const [billed] = await this.rating.bill(reader, accountId, [{ period: asked, running, present: present?.charges ?? null, proposed: charges }]);
    return { ...period, planId, charges, present, billed: billed! };
  }
}

/** The latest one whose lines can still change. */
function runningInvoice(reader: Transaction, accountId: string, customerId: string): Promise<Invoice | null> {
  return reader.findOne(Invoice, { accountId, customerId, kind: 'cycle', priceStatus: { $ne: 'price_locked' } }, { orderBy: { periodStartInMillis: 'desc', id: 'desc' } });
}

function periodOf(running: Invoice | null): { startInMillis: number; endInMillis: number } {
  if (!running) throw noPeriod('startTimeInSeconds and endTimeInSeconds');
  return { startInMillis: running.periodStartInMillis, endInMillis: running.periodEndInMillis };
}

function noPeriod(missing: string): Error {
  return conflict('no_running_period', `The customer has no running period; say ${missing}.`);
}
