import { Injectable } from '@nestjs/common';
import type { FetchResult, ProviderInvoice, ProviderInvoiceLine } from '@tollkeeper/payment-provider';
import { ChangingRows } from '../../platform/database/changing-rows.js';
import { Database } from '../../platform/database/database.js';
import { GroupCommitter } from '../../platform/database/group-committer.js';
import { InvoiceEdits } from '../edits/invoice-edits.js';
import { Invoice } from '../invoice.entity.js';
import { InvoiceState } from '../invoice-state.js';

/** What a look at an invoice's document has shown. */
export interface InvoiceLook {
  readonly invoiceId: string;
  readonly providerInvoiceId: string;
  readonly fetched: FetchResult<ProviderInvoice>;
  /** Process time at which it was asked for. */
  readonly requestStart: number;
  /** Of a revision of which they were not read before. */
  readonly lines: readonly ProviderInvoiceLine[] | null;
}

/** `followed`: the document was replaced by a revision, which is to be looked at now. */
export type LookResult = 'seen' | 'followed';

/** What comes meanwhile waits, and is stored together. */
const WRITERS = 1;
/** Their invoices are locked until all of them are stored. */
const LOOKS_PER_COMMIT = 32;

/** Stores what looks at documents have shown, those together that end while others are stored. */
@Injectable()
export class InvoiceLooks {
  readonly #committer: GroupCommitter<InvoiceLook, LookResult>;

  constructor(
    private readonly database: Database,
    private readonly state: InvoiceState,
    private readonly edits: InvoiceEdits,
  ) {
    this.#committer = new GroupCommitter({
      commit: (looks) => this.#store(looks),
      // Whatever it is: what fails by one of them must not fail the others.
      isFaultOfData: () => true,
      writers: WRITERS,
      itemsPerCommit: LOOKS_PER_COMMIT,
      // Whoever looked waits for it.
      queuedItems: Number.MAX_SAFE_INTEGER,
      overloaded: () => new Error('Looks at invoices pile up.'),
    });
  }

  async store(look: InvoiceLook): Promise<LookResult> {
    const [result] = await this.#committer.commit([look]);
    return result ?? 'seen';
  }

  #store(looks: readonly InvoiceLook[]): Promise<LookResult[]> {
    return this.database.transaction(async (tx) => {
      const rows = await ChangingRows.lock(tx, Invoice, looks.map(({ invoiceId }) => invoiceId));
      const invoices = new Map(rows.all.map((invoice) => [invoice.id, invoice]));
      const current = looks.flatMap((look) => {
        const invoice = invoices.get(look.invoiceId);
        return invoice?.providerInvoiceId === look.providerInvoiceId ? [{ ...look, invoice }] : [];
      });
      await this.state.observeAll(
        tx,
        current.flatMap(({ invoice, fetched, requestStart }) => (fetched.found ? [{ invoice, snapshot: fetched.value, requestStart, handOver: invoice.handOver }] : [])),
        () => rows.write(),
      );
      for (const { invoice, fetched, requestStart, lines } of current) {
        if (!fetched.found) await this.state.missing(tx, invoice, requestStart);
        else if (lines) await this.edits.describe(tx, invoice, fetched.value, lines);
      }
      await rows.write();
      const followed = new Set(current.filter(({ invoice, providerInvoiceId }) => invoice.providerInvoiceId !== providerInvoiceId).map(({ invoiceId }) => invoiceId));
      return looks.map(({ invoiceId }) => (followed.has(invoiceId) ? 'followed' : 'seen'));
    });
  }
}
