import type { CrashStory, CrashWorld } from './crash-world.js';
import { nextMonth, WORK } from './story-parts.js';

/** With an invoice of 12.00 USD that is paid. */
async function paidInvoice(world: CrashWorld, card = 'pm_card_visa'): Promise<string> {
  await world.seller.customer('ada', card);
  await world.seller.use('ada', 200);
  await nextMonth(world);
  await world.background();
  return (await world.invoice()).id;
}

const REFUNDED: CrashStory = {
  name: 'some of a payment is refunded, once however often it is asked for under one key',
  begin: async (world) => {
    const id = await paidInvoice(world);
    return async () => {
      await world.request((client, options) => client.refunds.create(id, { amount: { amountInMinorUnits: 200, currency: 'USD' } }, options));
      await world.background(WORK);
    };
  },
};

const CREDITED: CrashStory = {
  name: 'a paid invoice is credited in part and the money refunded, once under one key',
  begin: async (world) => {
    const id = await paidInvoice(world);
    return async () => {
      await world.request((client, options) => client.creditNotes.create(id, { amount: { amountInMinorUnits: 200, currency: 'USD' }, giveBack: 'refund' }, options));
      await world.background(WORK);
    };
  },
};

const REFUNDED_THERE: CrashStory = {
  name: 'a refund made in the provider’s dashboard is heard of',
  begin: async (world) => {
    await paidInvoice(world);
    const [charge] = await world.seller.stripe.list('charges');
    await world.seller.stripe.call('POST', '/v1/refunds', { charge: charge?.id ?? '', amount: '300' });
    return async () => {
      await world.webhooks(['refund.created', 'charge.refunded']);
      await world.background(['provider-inbox']);
    };
  },
};

const DISPUTED: CrashStory = {
  name: 'a dispute is heard of and given in to',
  begin: async (world) => {
    await paidInvoice(world, 'pm_card_createDispute');
    await world.background();
    return async () => {
      await world.background(['provider-inbox']);
      const { items } = await world.read((client) => client.disputes.list());
      await world.request((client, options) => client.disputes.accept(items[0]?.id ?? '', options));
      await world.background(WORK);
    };
  },
};

const SWITCHED: CrashStory = {
  name: 'a customer changes the provider at a date',
  begin: async (world) => {
    await world.seller.client.paymentProviders.connection.put('MANUAL', { credentials: { instructions: 'Send {{amount}}', daysUntilDue: 14 } });
    await world.seller.customer('ada');
    const { timeInMillis } = await world.seller.client.testClock.get();
    return async () => {
      await world.request((client, options) => client.providerSwitches.schedule({ customerId: 'ada', targetPaymentType: 'manual', switchTimeInSeconds: Math.floor(timeInMillis / 1000) + 86_400 }, options));
      await nextMonth(world);
      await world.background(WORK);
    };
  },
};

export const RETURNED_MONEY_STORIES: readonly CrashStory[] = [REFUNDED, CREDITED, REFUNDED_THERE, DISPUTED, SWITCHED];
