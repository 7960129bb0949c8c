import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CustomerBilling } from '@tollkeeper/client';
import { ConvergenceWorld, statusOf } from '../convergence/convergence-world.js';
import type { Seller, SellerOptions } from '../convergence/seller.js';

const DAY_IN_SECONDS = 86_400;

describe('Terms agreed with a customer', () => {
  let world: ConvergenceWorld;

  beforeAll(async () => {
    world = await ConvergenceWorld.start();
  });

  afterAll(() => world.stop());

  /** A month is invoiced; the customer has a card that works. */
  async function billed(settings: SellerOptions['settings'], billing: CustomerBilling | null): Promise<{ seller: Seller; document: Record<string, unknown> }> {
    const seller = await world.seller(settings ? { settings } : {});
    await seller.customer('ada');
    const { traits } = await seller.client.customers.get('ada');
    await seller.client.customers.update({ customerId: 'ada', customerName: 'ada', traits, billing });
    await world.endMonth(seller);
    const [document] = await seller.stripe.list('invoices');
    return { seller, document: document as unknown as Record<string, unknown> };
  }

  it('an invoice is sent and waits, although the connection charges and there is a card', async () => {
    const { seller, document } = await billed(undefined, { collectionMethod: 'send_invoice', daysUntilDue: 45, purchaseOrderNumber: 'PO-7' });
    expect(statusOf(await seller.invoice('ada'))).toBe('pending awaiting_customer');
    expect(document).toMatchObject({ collection_method: 'send_invoice', description: 'Purchase order PO-7', status: 'open' });
    const finalizedAt = (document['status_transitions'] as { finalized_at: number }).finalized_at;
    expect(Math.abs((document['due_date'] as number) - finalizedAt - 45 * DAY_IN_SECONDS)).toBeLessThan(DAY_IN_SECONDS);
    expect(await seller.stripe.list('charges')).toEqual([]);
  });

  it('thirty days where nobody has said how many', async () => {
    const { document } = await billed(undefined, { collectionMethod: 'send_invoice' });
    const finalizedAt = (document['status_transitions'] as { finalized_at: number }).finalized_at;
    expect(Math.abs((document['due_date'] as number) - finalizedAt - 30 * DAY_IN_SECONDS)).toBeLessThan(DAY_IN_SECONDS);
  });

  it('the card is charged, although the connection sends invoices', async () => {
    const { seller, document } = await billed({ collectionMethod: 'send_invoice', daysUntilDue: 10 }, { collectionMethod: 'charge_automatically' });
    expect(document).toMatchObject({ collection_method: 'charge_automatically', status: 'paid' });
    expect(statusOf(await seller.invoice('ada'))).toBe('settled paid');
  });

  it('without any, the connection decides', async () => {
    const { document } = await billed({ collectionMethod: 'send_invoice', daysUntilDue: 10 }, null);
    expect(document).toMatchObject({ collection_method: 'send_invoice', description: null });
  });
});
