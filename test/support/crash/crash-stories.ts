import { COMMITMENT_STORIES } from './commitment-stories.js';
import { CORRECTION_STORIES } from './correction-stories.js';
import type { CrashStory, CrashWorld } from './crash-world.js';
import { LEAVING_STORIES } from './leaving-stories.js';
import { OUTSIDE_STORIES } from './outside-stories.js';
import { RETURNED_MONEY_STORIES } from './returned-money-stories.js';
import { nextMonth, WORK } from './story-parts.js';

/** With an invoice that was handed over and could not be collected, by the card's name; null for no card. */
async function openInvoice(world: CrashWorld, card: string | null): Promise<void> {
  await world.seller.customer('ada', card);
  await world.seller.use('ada', 200);
  await nextMonth(world);
  await world.background();
}

const CREATED: CrashStory = {
  name: 'a customer is created, at the provider too',
  begin: async (world) => async () => {
    await world.request((client, options) => client.customers.create({ customerId: 'ada', customerName: 'Ada' }, { ...options, autoCreateCustomerInStripe: true }));
    await world.background(WORK);
  },
};

const RENAMED: CrashStory = {
  name: 'a customer gets another name, at the provider too',
  begin: async (world) => {
    await world.seller.customer('ada', null);
    return async () => {
      await world.request((client, options) => client.customers.update({ customerId: 'ada', customerName: 'Ada Lovelace', customerEmail: 'ada@example.com' }, { ...options, autoCreateCustomerInStripe: true }));
      await world.background(WORK);
    };
  },
};

const CARDS: CrashStory = {
  name: 'cards are added, chosen and taken away',
  begin: async (world) => {
    await world.seller.customer('ada', null);
    return async () => {
      await world.request((client, options) => client.paymentMethods.beginSetup('ada', { returnUrl: 'https://example.com/back' }, options));
      await world.request((client, options) => client.paymentMethods.attachTestCard('ada', 'pm_card_visa', options));
      await world.request((client, options) => client.paymentMethods.attachTestCard('ada', 'pm_card_mastercard', options));
      const cards = await world.read((client) => client.paymentMethods.list('ada'));
      const of = (brand: string): string => cards.find(({ card }) => card?.brand === brand)?.id ?? '';
      await world.request((client, options) => client.paymentMethods.setDefault('ada', of('mastercard'), options));
      await world.request((client, options) => client.paymentMethods.detach('ada', of('visa'), options));
      await world.background(WORK);
    };
  },
};

const COLLECTED: CrashStory = {
  name: 'a month ends: the invoice is locked, handed over, charged and settled',
  begin: async (world) => {
    await world.seller.customer('ada');
    await world.seller.use('ada', 200);
    return async () => {
      await nextMonth(world);
      await world.background(WORK);
    };
  },
};

const DECLINED: CrashStory = {
  name: 'a card is declined, another one is added and charged',
  // Long after the story: whether a retry by the schedule comes before the new card would be a matter of chance.
  seller: { settings: { retryDays: [20] } },
  begin: async (world) => {
    await world.seller.customer('ada', 'pm_card_chargeCustomerFail');
    await world.seller.use('ada', 200);
    await nextMonth(world);
    await world.background(['account-clocks']);
    return async () => {
      await world.backgroundUntil(({ paymentStatus }) => paymentStatus === 'failed', WORK);
      await world.request((client, options) => client.paymentMethods.attachTestCard('ada', 'pm_card_mastercard', options));
      const cards = await world.read((client) => client.paymentMethods.list('ada'));
      await world.request((client, options) => client.paymentMethods.setDefault('ada', cards.find(({ card }) => card?.brand === 'mastercard')?.id ?? '', options));
      await world.background(WORK);
    };
  },
};

const VOIDED: CrashStory = {
  name: 'an open invoice is voided',
  begin: async (world) => {
    await openInvoice(world, null);
    const { id } = await world.invoice();
    return async () => {
      await world.request((client, options) => client.invoices.void(id, options));
      await world.background(WORK);
    };
  },
};

const MARKED_PAID: CrashStory = {
  name: 'an open invoice is marked as paid elsewhere',
  begin: async (world) => {
    await openInvoice(world, null);
    const { id } = await world.invoice();
    return async () => {
      await world.request((client, options) => client.invoices.markPaid(id, options));
      await world.background(WORK);
    };
  },
};

const REVIEWED: CrashStory = {
  name: 'an invoice is sent after review',
  seller: { settings: { sending: 'after_review' } },
  begin: async (world) => {
    await openInvoice(world, 'pm_card_visa');
    const { id } = await world.invoice();
    return async () => {
      await world.request((client, options) => client.invoices.send(id, options));
      await world.background(WORK);
    };
  },
};

const PAID_ON_PAGE: CrashStory = {
  name: 'the customer pays on the provider’s page and a webhook says so',
  begin: async (world) => {
    await openInvoice(world, null);
    await world.background();
    const { providerInvoiceId } = await world.invoice();
    await world.seller.stripe.call('POST', `/v1/invoices/${providerInvoiceId}/pay`, { payment_method: 'pm_card_visa' });
    return async () => {
      await world.webhooks(['invoice.paid', 'charge.succeeded', 'payment_intent.succeeded']);
      await world.background(['provider-inbox']);
    };
  },
};

const HEARD: CrashStory = {
  name: 'the customer pays on the provider’s page and everything that looks for news runs',
  begin: async (world) => {
    await openInvoice(world, null);
    const { providerInvoiceId } = await world.invoice();
    await world.seller.stripe.call('POST', `/v1/invoices/${providerInvoiceId}/pay`, { payment_method: 'pm_card_visa' });
    return () => world.background();
  },
};

const DISCONNECTED: CrashStory = {
  name: 'the connection is deleted',
  begin: async (world) => {
    await world.seller.client.customers.create({ customerId: 'ada', customerName: 'ada' });
    return async () => {
      await world.request((client, options) => client.paymentProviders.connection.delete('STRIPE', options));
      await world.background(WORK);
    };
  },
};

/** Every way on which money or a customer moves; a new one is a story more. */
export const CRASH_STORIES: readonly CrashStory[] = [
  ...[COLLECTED, HEARD, DECLINED, CARDS, CREATED, RENAMED, REVIEWED, VOIDED, MARKED_PAID, PAID_ON_PAGE, DISCONNECTED],
  ...RETURNED_MONEY_STORIES,
  ...CORRECTION_STORIES,
  ...OUTSIDE_STORIES,
  ...LEAVING_STORIES,
  ...COMMITMENT_STORIES,
];
