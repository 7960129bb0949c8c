import { Injectable } from '@nestjs/common';
import { startOfCalendarDay } from '@tollkeeper/kernel';
import { AccountsService } from '../accounts/accounts.service.js';
import type { Account } from '../accounts/account.entity.js';
import type { Plan } from '../catalog/plan.entity.js';
import { PlansService } from '../catalog/plans.service.js';
import { ProductItemsService } from '../catalog/product-items.service.js';
import { CustomerDiscount } from '../discounts/customer-discount.entity.js';
import { Commitment } from '../invoices/commitments/commitment.entity.js';
import type { InvoiceDocument } from '../invoices/documents/invoice-document.js';
import { InvoiceDocuments } from '../invoices/documents/invoice-documents.service.js';
import { Invoice, type InvoiceKind } from '../invoices/invoice.entity.js';
import { InvoicesService, type InvoiceView } from '../invoices/invoices.service.js';
import { Database } from '../platform/database/database.js';

/** What an invoice in the reference's shape is made of. */
export interface ReferenceInvoiceFacts {
  readonly account: Account;
  readonly plan: Plan;
  readonly view: InvoiceView;
  readonly document: InvoiceDocument;
  /** Names of product items by their ids. */
  readonly itemNames: ReadonlyMap<string, string>;
  /** Of the customer, by their ids, those that took something off. */
  readonly discounts: ReadonlyMap<string, CustomerDiscount>;
  /** That the invoice counts for. */
  readonly commitment: Commitment | null;
}

/** The day that an invoice's period starts on, in the account's zone. */
export interface InvoiceDay {
  readonly planId: string;
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

export interface InvoicePage {
  readonly rows: readonly ReferenceInvoiceFacts[];
  readonly totalRowCount: number;
}

const DAY_IN_MILLIS = 86_400_000;
const PAGE = 100;
/** One for each period of a plan, as the reference has them; fees in advance and what is made by hand are invoices of their own, and not of this shape. */
const KINDS: InvoiceKind[] = ['cycle', 'final'];

/** Invoices of plans' periods, by customer, over the same services as the routes of their own. */
@Injectable()
export class ReferenceInvoices {
  constructor(
    private readonly database: Database,
    private readonly accounts: AccountsService,
    private readonly invoices: InvoicesService,
    private readonly documents: InvoiceDocuments,
    private readonly plans: PlansService,
    private readonly items: ProductItemsService,
  ) {}

  /** The one whose period started last; null without any. */
  async latest(accountId: string, customerId: string): Promise<ReferenceInvoiceFacts | null> {
    const [latest] = await this.#find(accountId, { customerId }, { direction: 'desc', limit: 1, offset: 0 });
    return latest ? this.#factsOf(latest) : null;
  }

  async ofDay(accountId: string, customerId: string, { planId, year, month, day }: InvoiceDay): Promise<ReferenceInvoiceFacts | null> {
    const { timeZone } = await this.accounts.get(accountId);
    const date = Date.UTC(year, month - 1, day) / DAY_IN_MILLIS;
    const within = { $gte: startOfCalendarDay(date, timeZone), $lt: startOfCalendarDay(date + 1, timeZone) };
    const [found] = await this.#find(accountId, { customerId, planId, periodStartInMillis: within }, { direction: 'desc', limit: 1, offset: 0 });
    return found ? this.#factsOf(found) : null;
  }

  /** Oldest first. */
  async page(accountId: string, customerId: string, { limit, offset }: { readonly limit: number; readonly offset: number }): Promise<InvoicePage> {
    const totalRowCount = await this.database.reader().count(Invoice, { accountId, customerId, kind: { $in: KINDS }, planId: { $ne: null } });
    const rows: ReferenceInvoiceFacts[] = [];
    for (const invoice of await this.#find(accountId, { customerId }, { direction: 'asc', limit, offset })) rows.push(await this.#factsOf(invoice));
    return { rows, totalRowCount };
  }

  /** Oldest first, one at a time: previews are computed, and a long history is not held at once. */
  async *all(accountId: string, customerId: string): AsyncGenerator<ReferenceInvoiceFacts> {
    for (let offset = 0; ; offset += PAGE) {
      const rows = await this.#find(accountId, { customerId }, { direction: 'asc', limit: PAGE, offset });
      for (const invoice of rows) yield await this.#factsOf(invoice);
      if (rows.length < PAGE) return;
    }
  }

  #find(accountId: string, where: object, { direction, limit, offset }: { direction: 'asc' | 'desc'; limit: number; offset: number }): Promise<Invoice[]> {
    return this.database.reader().find(Invoice, { accountId, kind: { $in: KINDS }, planId: { $ne: null }, ...where }, { orderBy: { periodStartInMillis: direction, id: direction }, limit, offset });
  }

  async #factsOf({ accountId, id, planId }: Invoice): Promise<ReferenceInvoiceFacts> {
    const view = await this.invoices.get(accountId, id);
    const document = await this.documents.ofView(view);
    const { plan } = await this.plans.get(accountId, planId ?? '');
    const itemNames = await this.items.names(accountId, document.lines.flatMap(({ productItemId }) => productItemId ?? []));
    return { account: await this.accounts.get(accountId), plan, view, document, itemNames, ...(await this.#agreed(view.invoice, document)) };
  }

  /** What the invoice's lines name. */
  async #agreed({ accountId, customerId, currency, periodStartInMillis }: Invoice, { lines }: InvoiceDocument): Promise<Pick<ReferenceInvoiceFacts, 'discounts' | 'commitment'>> {
    const reader = this.database.reader();
    const ids = [...new Set(lines.flatMap(({ deductions }) => deductions.map(({ id }) => id)))];
    const discounts = ids.length === 0 ? [] : await reader.find(CustomerDiscount, { accountId, id: { $in: ids } });
    const isMissing = lines.some(({ kind }) => kind === 'true_up');
    const commitment = isMissing ? await reader.findOne(Commitment, { accountId, customerId, currency, startInMillis: { $lte: periodStartInMillis }, endInMillis: { $gt: periodStartInMillis } }, { orderBy: { createTime: 'desc' } }) : null;
    return { discounts: new Map(discounts.map((discount) => [discount.id, discount])), commitment };
  }
}
