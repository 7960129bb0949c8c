import { Injectable } from '@nestjs/common';
import { Decimal, DomainError, Fraction } from '@tollkeeper/kernel';
import { ChargesService } from '../charges/charges.service.js';
import type { ChargeLine } from '../charges/rated-charges.js';
import { Invoice } from '../invoices/invoice.entity.js';
import { SamePeriods } from '../invoices/same-periods.js';
import { Database } from '../platform/database/database.js';
import { EntityRows } from '../platform/database/entity-rows.js';

/** So many customers' periods are rated together. */
const BATCH = 250;

/** What usage of one price in a stretch of time came to. */
export interface CostStep {
  readonly customerId: string;
  readonly productItemId: string;
  readonly meterApiName: string;
  readonly currency: string;
  readonly fromInMillis: number;
  /** Not part of it. */
  readonly toInMillis: number;
  readonly units: Decimal;
  /** Before rounding, major units. */
  readonly price: Fraction;
}

/** A period that cannot be rated, which is in none of the steps. */
export interface CostProblem {
  readonly customerId: string;
  readonly code: string;
  readonly message: string;
}

export interface CostScope {
  readonly accountId: string;
  /** Rising: the range's start, where it is to be told apart, its end. */
  readonly instantsInMillis: readonly number[];
  /** After which nothing is used yet. */
  readonly nowInMillis: number;
  /** Null: all. */
  readonly customerIds: readonly string[] | null;
}

/** Usage as it is charged, stretch by stretch: within its billing period each unit costs what it adds to the period's lines. */
@Injectable()
export class CostSteps {
  constructor(
    private readonly database: Database,
    private readonly periods: SamePeriods,
    private readonly charges: ChargesService,
  ) {}

  /** Batch by batch, in the order of the invoices whose periods they lie in. */
  async *walk(scope: CostScope): AsyncGenerator<{ steps: CostStep[]; problems: CostProblem[] }> {
    for (let after = ''; ; ) {
      const invoices = await this.#invoices(scope, after);
      if (invoices.length === 0) return;
      yield await this.#batch(scope, invoices);
      after = invoices.at(-1)!.id;
    }
  }

  #invoices({ accountId, instantsInMillis, customerIds }: CostScope, after: string): Promise<Invoice[]> {
    return new EntityRows(this.database.reader(), Invoice).find(
      `account_id = $1 and kind in ('cycle', 'final') and period_start_in_millis < $3 and period_end_in_millis > $2 and ($4::text[] is null or customer_id = any($4)) and id > $5
       and plan_id is not null order by id limit ${BATCH}`,
      [accountId, instantsInMillis[0], instantsInMillis.at(-1), customerIds, after],
    );
  }

  async #batch(scope: CostScope, invoices: readonly Invoice[]): Promise<{ steps: CostStep[]; problems: CostProblem[] }> {
    const reader = this.database.reader();
    const [steps, problems]: [CostStep[], CostProblem[]] = [[], []];
    for (const { alike, period } of await this.periods.of(reader, invoices)) {
      const instants = stepsOf(scope, period);
      const lines = await this.charges.accrueMany(reader, { ...period, watermark: null }, alike.map(({ customerId }) => customerId), instants);
      for (const invoice of alike) {
        const reached = lines.get(invoice.customerId)!;
        if (reached instanceof DomainError) problems.push({ customerId: invoice.customerId, code: reached.code, message: reached.message });
        else steps.push(...stepsBetween(invoice, reached, instants, scope));
      }
    }
    return { steps, problems };
  }
}

/** Where the period's lines are looked at: at the instants within it, and at its end; not beyond the first of them that is yet to come. */
function stepsOf({ instantsInMillis, nowInMillis }: CostScope, { periodStartInMillis, periodEndInMillis }: { readonly periodStartInMillis: number; readonly periodEndInMillis: number }): number[] {
  const end = Math.min(periodEndInMillis, instantsInMillis.at(-1)!);
  const steps = [...instantsInMillis.filter((instant) => instant > periodStartInMillis && instant < end), end];
  const toCome = steps.findIndex((step) => step > nowInMillis);
  return toCome === -1 ? steps : steps.slice(0, toCome + 1);
}

function stepsBetween({ customerId, currency, periodStartInMillis }: Invoice, lines: readonly (readonly ChargeLine[])[], stepsInMillis: readonly number[], { instantsInMillis }: CostScope): CostStep[] {
  return lines.flatMap((reached, index) => {
    const fromInMillis = stepsInMillis[index - 1] ?? periodStartInMillis;
    // Up to the range's start it is only what the rest is told from.
    if (fromInMillis < instantsInMillis[0]!) return [];
    return reached.flatMap((line, position) => {
      const before = lines[index - 1]?.[position];
      const units = line.quantity.minus(before?.quantity ?? Decimal.ZERO);
      const price = Fraction.parse(line.exactAmount).minus(before ? Fraction.parse(before.exactAmount) : Fraction.ZERO);
      if (units.isZero() && price.isZero()) return [];
      return [{ customerId, currency, productItemId: line.productItemId!, meterApiName: line.meterApiName!, fromInMillis, toInMillis: stepsInMillis[index]!, units, price }];
    });
  });
}
