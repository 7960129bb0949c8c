import { describe, expect, it } from '@jest/globals';
import type { ListedObjects } from '@tollkeeper/payment-provider';
import { planDocuments, type UnsentInvoice } from './adoption-plan.js';

type Document = ListedObjects['invoice'];

function document(id: string, own: string, more: Partial<Document> = {}): Document {
  return { id, tags: { instance: 'ins', account: 'acc', id: own }, status: 'paid', providerCustomerId: 'cus_1', currency: 'USD', total: 1200n, createTimeInMillis: Number(id.slice(3)), ...more } as Document;
}

function unsent(id: string, more: Partial<UnsentInvoice> = {}): UnsentInvoice {
  return { id, providerCustomerId: 'cus_1', currency: 'USD', total: 1200n, ...more };
}

function plan(documents: Document[], invoices: UnsentInvoice[], known: string[] = []): { adopted: string[]; unmatched: string[] } {
  const ids = new Set([...invoices.map(({ id }) => id), ...known]);
  const { adopted, unmatched } = planDocuments(documents, invoices, (id) => ids.has(id));
  return { adopted: adopted.map(({ invoiceId, document: { id } }) => `${invoiceId} ${id}`).sort(), unmatched: unmatched.map(({ id }) => id) };
}

describe('Which documents a copied database takes over', () => {
  it('those of its own invoices, by their tags, the collected one of several', () => {
    expect(plan([document('in_1', 'a', { status: 'void' }), document('in_2', 'a'), document('in_3', 'a', { status: 'draft' })], [unsent('a')])).toEqual({ adopted: ['a in_2'], unmatched: [] });
  });

  it('those of later periods, whose invoices have other ids here, oldest to oldest', () => {
    expect(plan([document('in_2', 'y'), document('in_1', 'x')], [unsent('b'), unsent('c')])).toEqual({ adopted: ['b in_1', 'c in_2'], unmatched: [] });
  });

  it.each<[string, Partial<Document>]>([
    ['another total', { total: 1300n }],
    ['another customer', { providerCustomerId: 'cus_2' }],
    ['another currency', { currency: 'EUR' }],
  ])('not one with %s', (_what, more) => {
    expect(plan([document('in_1', 'x', more)], [unsent('b')])).toEqual({ adopted: [], unmatched: ['in_1'] });
  });

  it('not one of an invoice that is sent already, nor a second one for the same', () => {
    expect(plan([document('in_1', 'sent')], [unsent('b')], ['sent'])).toEqual({ adopted: [], unmatched: [] });
    expect(plan([document('in_1', 'x'), document('in_2', 'y')], [unsent('b')])).toEqual({ adopted: ['b in_1'], unmatched: ['in_2'] });
  });

  it('a voided one only as what became of its own invoice', () => {
    expect(plan([document('in_1', 'x', { status: 'void' })], [unsent('b')])).toEqual({ adopted: [], unmatched: [] });
    expect(plan([document('in_1', 'b', { status: 'void' })], [unsent('b')])).toEqual({ adopted: ['b in_1'], unmatched: [] });
  });
});
