import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { Invoice } from '../invoice.entity.js';
import { InvoiceParties } from './invoice-parties.entity.js';
import { LIVE_PARTIES } from './live-parties.js';
import type { Parties } from './parties.js';

/** Who an invoice is from and to: the settings as they are until its price is locked, then the copy made at the lock. */
@Injectable()
export class InvoicePartiesService {
  /** Invoices that were locked before parties were kept have no copy and follow the settings. */
  async of(tx: Transaction, { id: invoiceId, accountId }: Invoice): Promise<Parties> {
    return (await tx.findOne(InvoiceParties, { invoiceId, accountId })) ?? this.#live(tx, invoiceId);
  }

  async #live(tx: Transaction, invoiceId: string): Promise<Parties> {
    type Row = Pick<Parties, 'seller' | 'buyer' | 'locale'> & { readonly time_zone: string };
    const [row] = await sql<Row>(tx, LIVE_PARTIES, [[invoiceId]]);
    if (!row) throw new Error(`Account and customer of an invoice are rows that its foreign keys keep: ${invoiceId}.`);
    const { seller, buyer, locale, time_zone: timeZone } = row;
    return { seller, buyer, locale, timeZone };
  }
}
