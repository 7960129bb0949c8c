import { Injectable } from '@nestjs/common';
import type { DomainError } from '@tollkeeper/kernel';
import { AccountsService } from '../../accounts/accounts.service.js';
import type { PricedPlan } from '../../catalog/priced-plan.js';
import { ChargesService, type ChargesInput } from '../../charges/charges.service.js';
import type { RatedCharges } from '../../charges/rated-charges.js';
import type { Transaction } from '../../platform/database/database.js';
import { BilledWhatIfs, type AskedPeriod, type BilledSides } from './billed-what-ifs.js';

/** Rates periods that are only asked about, both sides whole and by the same rule, so that nothing but plan and prices makes the difference. */
@Injectable()
export class WhatIfRating {
  constructor(
    private readonly accounts: AccountsService,
    private readonly charges: ChargesService,
    private readonly billed: BilledWhatIfs,
  ) {}

  async rate(reader: Transaction, customerId: string, plan: PricedPlan, { startInMillis, endInMillis }: { readonly startInMillis: number; readonly endInMillis: number }): Promise<RatedCharges> {
    const { accountId } = plan.plan;
    const { timeZone } = await this.accounts.getIn(reader, accountId);
    return this.charges.rate(reader, { accountId, customerId, plan, periodStartInMillis: startInMillis, periodEndInMillis: endInMillis, timeZone, watermark: null });
  }

  rateMany(reader: Transaction, period: Omit<ChargesInput, 'watermark'>, customerIds: readonly string[]): Promise<Map<string, RatedCharges | DomainError>> {
    return this.charges.rateMany(reader, { ...period, watermark: null }, customerIds);
  }

  /** As their invoices would say it, in their order. */
  async bill(reader: Transaction, accountId: string, asked: readonly AskedPeriod[]): Promise<BilledSides[]> {
    const { timeZone } = await this.accounts.getIn(reader, accountId);
    return this.billed.bill(reader, accountId, asked, timeZone);
  }
}
