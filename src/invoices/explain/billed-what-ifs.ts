import { Injectable } from '@nestjs/common';
import { DomainError } from '@tollkeeper/kernel';
import { exchanged } from '../../charges/exchanged-charges.js';
import type { Exchange, RatedCharges } from '../../charges/rated-charges.js';
import type { Transaction } from '../../platform/database/database.js';
import type { Invoice } from '../invoice.entity.js';
import { InvoiceRows } from '../period-close/invoice-rows.js';
import type { BilledCharges } from '../taxation/billed-charges.js';
import { ExchangedRating } from '../taxation/exchanged-rating.js';
import { InvoiceTaxation, type TaxedPeriod } from '../taxation/invoice-taxation.js';

/** A period that is only asked about, as it is and as it would be, in the currency of each side's plan. */
export interface AskedPeriod {
  readonly period: TaxedPeriod;
  /** Whose period it is; null where none is running. */
  readonly running: Pick<Invoice, 'currency'> | null;
  /** Null where the customer has no plan. */
  readonly present: RatedCharges | DomainError | null;
  readonly proposed: RatedCharges | DomainError;
}

/** What invoices would say: in the currency of their customer and with their taxes; null where there is nothing to say it of. */
export interface BilledSides {
  readonly present: BilledCharges | DomainError | null;
  readonly proposed: BilledCharges | DomainError;
}

/** What a what-if comes to for the customer who pays it. Both sides by the same rates of exchange and of tax. */
@Injectable()
export class BilledWhatIfs {
  constructor(
    private readonly exchanging: ExchangedRating,
    private readonly taxation: InvoiceTaxation,
    private readonly rows: InvoiceRows,
  ) {}

  /** In their order. @param asked of one account; no two with the same id */
  async bill(reader: Transaction, accountId: string, asked: readonly AskedPeriod[], timeZone: string): Promise<BilledSides[]> {
    const own = await this.rows.currencies(reader, accountId, asked.map(({ period }) => period.customerId));
    const sides = { present: new Map<string, RatedCharges | DomainError>(), proposed: new Map<string, RatedCharges | DomainError>() };
    const exchanges = new Map<string, Exchange | null | DomainError>();
    for (const { period, running, present, proposed } of asked) {
      const currency = currencyInForce(running, present, own.get(period.customerId) ?? null);
      if (present !== null) sides.present.set(period.id, await this.#exchanged(reader, period, present, { currency, timeZone }, exchanges));
      sides.proposed.set(period.id, await this.#exchanged(reader, period, proposed, { currency, timeZone }, exchanges));
    }
    const taxed = async (rated: ReadonlyMap<string, RatedCharges | DomainError>) => this.taxation.tax(reader, asked.map(({ period }) => period).filter(({ id }) => rated.has(id)), rated);
    const [present, proposed] = [await taxed(sides.present), await taxed(sides.proposed)];
    return asked.map(({ period }) => ({ present: present.get(period.id) ?? null, proposed: proposed.get(period.id)! }));
  }

  /** @param known rates that were read for others */
  async #exchanged(reader: Transaction, period: TaxedPeriod, charges: RatedCharges | DomainError, { currency, timeZone }: { currency: string | null; timeZone: string }, known: Map<string, Exchange | null | DomainError>): Promise<RatedCharges | DomainError> {
    if (charges instanceof DomainError || currency === null || currency === charges.currency) return charges;
    const key = [charges.currency, currency, period.periodEndInMillis].join(' ');
    const exchange = known.get(key) ?? (await this.exchanging.exchangeOf(reader, { ...period, currency, exchange: null }, charges.currency, timeZone));
    known.set(key, exchange);
    return exchange instanceof DomainError ? exchange : exchange === null ? charges : exchanged(charges, exchange);
  }
}

/** Of the customer's own it is the one that its running period was opened with: another counts from the next one on. Null: that of the plan, whichever it is. */
function currencyInForce(running: AskedPeriod['running'], present: AskedPeriod['present'], own: string | null): string | null {
  if (running === null || present === null || present instanceof DomainError) return own;
  return running.currency !== present.currency || running.currency === own ? running.currency : null;
}
