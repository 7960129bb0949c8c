import { Injectable } from '@nestjs/common';
import { notFound } from '@tollkeeper/kernel';
import { usageNeedOf } from '@tollkeeper/rating';
import { UsageStore, type StoredUsage } from '@tollkeeper/usage-store';
import { overrideOf } from '../../catalog/price-overrides/agreed-plan.js';
import { PricesService } from '../../catalog/prices.service.js';
import { TRIAL_LINE } from '../../charges/fee-lines.js';
import { MetersService } from '../../metering/meters.service.js';
import { UsageRetention } from '../../metering/retention/usage-retention.js';
import { readToken, tokenOf } from '../../metering/usage-page-token.js';
import { Database } from '../../platform/database/database.js';
import type { Invoice } from '../invoice.entity.js';
import type { DocumentLine, InvoiceDocument } from '../documents/invoice-document.js';
import { InvoiceDocuments, type StandingDocument } from '../documents/invoice-documents.service.js';
import { dayCuts } from './day-cuts.js';
import { arithmeticOf, type ExplainedLine } from './explained-invoice.js';
import { explainUsage, filtersOf, isOfWholePeriod, type ExplainedScope } from './usage-explanation.js';

export interface ExplainedInvoice {
  readonly document: InvoiceDocument;
  readonly lines: readonly ExplainedLine[];
  /** Epoch milliseconds; usage before it is kept no longer, and lines that count some of it are explained down to their tiers. Null: all is kept. */
  readonly usageKeptFromInMillis: number | null;
}

export interface ExplainedEventsRequest {
  readonly position: number;
  /** Narrower than the line's span; null: all of it. */
  readonly fromInMillis: number | null;
  readonly toInMillis: number | null;
  readonly limit: number;
  readonly pageToken: string | null;
}

export interface ExplainedEvents {
  readonly events: readonly StoredUsage[];
  readonly nextPageToken: string | null;
}

/** What a line is priced by, and what it counts. */
interface LineSource {
  readonly price: ExplainedLine['price'];
  readonly scope: ExplainedScope | null;
}

/** Why an invoice is what it is: from its total to the events, as of now while it is open, as of its lock from then on. */
@Injectable()
export class InvoiceExplanations {
  constructor(
    private readonly database: Database,
    private readonly documents: InvoiceDocuments,
    private readonly prices: PricesService,
    private readonly meters: MetersService,
    private readonly usage: UsageStore,
    private readonly retention: UsageRetention,
  ) {}

  /** @param position of one line; null: all of them. @throws DomainError `invoice_not_found`, `invoice_line_not_found` */
  async explain(accountId: string, invoiceId: string, position: number | null): Promise<ExplainedInvoice> {
    const standing = await this.documents.standing(accountId, invoiceId);
    const { document } = standing;
    const wanted = position === null ? document.lines : [lineAt(document, position)];
    const lines: ExplainedLine[] = [];
    // One after the other: an invoice of a thousand lines must not take all connections there are.
    for (const line of wanted) lines.push(await this.#explainLine(standing, line));
    return { document, lines, usageKeptFromInMillis: (await this.retention.bounds(accountId)).keptFrom };
  }

  /** The events that a line counts, oldest first. @throws DomainError as `explain`, `line_without_usage`, `invalid_page_token` */
  async events(accountId: string, invoiceId: string, request: ExplainedEventsRequest): Promise<ExplainedEvents> {
    const standing = await this.documents.standing(accountId, invoiceId);
    const { scope } = await this.#sourceOf(standing, lineAt(standing.document, request.position));
    if (scope === null) return { events: [], nextPageToken: null };
    const fromInMillis = Math.max(scope.startInMillis, request.fromInMillis ?? 0);
    const toInMillis = Math.min(scope.endInMillis, request.toInMillis ?? Number.MAX_SAFE_INTEGER);
    const after = request.pageToken === null ? null : readToken(request.pageToken);
    const { meterApiName, watermark } = scope;
    const found = await this.usage.events({ accountId, meterApiName, fromInMillis, toInMillis, filters: filtersOf(scope), isAscending: true, after, limit: request.limit + 1, watermark });
    const events = found.slice(0, request.limit);
    const last = events.at(-1);
    return { events, nextPageToken: found.length > request.limit && last ? tokenOf(last) : null };
  }

  async #explainLine(standing: StandingDocument, line: DocumentLine): Promise<ExplainedLine> {
    const { document } = standing;
    const { price, scope } = await this.#sourceOf(standing, line);
    const { position, kind, description, quantity } = line;
    const priceOverrideId = await this.#agreed(standing, line);
    const arithmetic = arithmeticOf(line, document.currency, isInOwnCurrency(standing.invoice, line) ? null : document.exchange);
    if (scope === null) return { position, kind, description, quantity, price, priceOverrideId, arithmetic, usage: null };
    const { meterApiName, need, startInMillis, endInMillis } = scope;
    const explained = await explainUsage(this.usage, scope, dayCuts(startInMillis, endInMillis, document.timeZone));
    return { position, kind, description, quantity, price, priceOverrideId, arithmetic, usage: { ...explained, meterApiName, need, startInMillis, endInMillis } };
  }

  async #agreed({ invoice: { accountId, customerId, planId, periodStartInMillis } }: StandingDocument, line: DocumentLine): Promise<string | null> {
    if (line.description === TRIAL_LINE) return null;
    const overrides = await this.prices.agreedWith(this.database.reader(), accountId, customerId);
    return overrideOf(overrides, line, { planId: planId ?? null, atInMillis: line.kind === 'usage' ? (line.part?.startInMillis ?? periodStartInMillis) : periodStartInMillis })?.id ?? null;
  }

  async #sourceOf({ invoice, document, watermark }: StandingDocument, line: DocumentLine): Promise<LineSource> {
    const { accountId, customerId } = invoice;
    if (line.priceId === null || line.meterApiName === null) return { price: null, scope: null };
    const reader = this.database.reader();
    const view = await this.prices.viewIn(reader, accountId, line.priceId);
    const { price } = view;
    // Lines locked before prices had versions were rated by the first one.
    const version = await this.prices.ratedBy(reader, view, { version: line.priceVersion ?? 1, customerId, atInMillis: line.part?.startInMillis ?? invoice.periodStartInMillis });
    const meter = await this.meters.findByApiName(reader, accountId, line.meterApiName);
    // An adjustment is what its period comes to less what had been billed of it: no span of events adds up to it.
    const isDifference = invoice.baseWatermark != null;
    if (!version || !meter || watermark === null || isDifference) return { price: version ? { priceName: price.priceName, version } : null, scope: null };
    const need = usageNeedOf(version.model, { aggregation: meter.aggregation, uniqueDimension: meter.uniqueDimension ?? null });
    const whole = { startInMillis: invoice.periodStartInMillis, endInMillis: invoice.periodEndInMillis };
    const { startInMillis, endInMillis } = isOfWholePeriod(need) ? whole : (line.part ?? whole);
    const { keptFrom } = await this.retention.bounds(accountId);
    if (keptFrom !== null && keptFrom > startInMillis) return { price: { priceName: price.priceName, version }, scope: null };
    return { price: { priceName: price.priceName, version }, scope: { accountId, customerId, meterApiName: line.meterApiName, need, startInMillis, endInMillis, watermark, heldUntilInMillis: document.issueTimeInMillis } };
  }
}

function lineAt({ id, lines }: InvoiceDocument, position: number): DocumentLine {
  const line = lines[position - 1];
  if (!line) throw notFound('invoice_line', `${id} ${position}`);
  return line;
}

/** Never rated by a plan, and so never exchanged. */
const IN_CURRENCY_OF_INVOICE: ReadonlySet<DocumentLine['kind']> = new Set(['carried', 'charge', 'true_up']);

/** What is a difference of amounts, or was carried in, was not rated in the plan's currency. */
function isInOwnCurrency({ baseWatermark }: Invoice, { kind }: DocumentLine): boolean {
  return IN_CURRENCY_OF_INVOICE.has(kind) || baseWatermark != null;
}
