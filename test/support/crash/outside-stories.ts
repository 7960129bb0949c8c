import type { CrashStory, CrashWorld } from './crash-world.js';
import { nextMonth, WORK } from './story-parts.js';

const DAY_IN_MILLIS = 86_400_000;
const LOOKS = 5;

/** A locked invoice of a customer who pays by instructions: 10.00 USD. */
async function invoiceByInstructions(world: CrashWorld): Promise<string> {
  const { client } = world.seller;
  await client.paymentProviders.connection.put('MANUAL', { credentials: { instructions: 'Send {{amount}}', daysUntilDue: 14 } });
  await client.customers.create({ customerId: 'ada', customerName: 'ada', traits: { paymentProviderName: 'MANUAL' } });
  await nextMonth(world);
  await world.background();
  return (await world.invoice()).id;
}

/** At the bank: the payment that is under way ends. */
async function bankApproves({ seller: { stripe } }: CrashWorld): Promise<void> {
  const waiting = stripe.control.rows(stripe.key, 'payment_intent').find(({ status }) => status === 'processing');
  if (!waiting) throw new Error('Nothing is under way at the bank.');
  await stripe.control.completeChallenge(stripe.key, waiting.id, 'approve');
}

const DEBITED: CrashStory = {
  name: 'a bank account is debited, which takes days, and the bank approves',
  begin: async (world) => {
    const { control, key } = world.seller.stripe;
    await control.defineCard(key, 'pm_card_bankDebit', { charge: 'processing' });
    await world.seller.customer('ada', 'pm_card_bankDebit');
    await world.seller.use('ada', 200);
    return async () => {
      await nextMonth(world);
      await world.backgroundUntil(({ paymentStatusReason }) => paymentStatusReason === 'processing', WORK);
      await bankApproves(world);
      await world.webhooks(['invoice.paid']);
      await world.background(['provider-inbox']);
    };
  },
};

const RETRIED: CrashStory = {
  name: 'a declined charge is tried again by the schedule, once, and then no more',
  seller: { settings: { retryDays: [3] } },
  begin: async (world) => {
    await world.seller.customer('ada', 'pm_card_chargeCustomerFail');
    await world.seller.use('ada', 200);
    await nextMonth(world);
    await world.background();
    await world.backgroundUntil(({ paymentStatus }) => paymentStatus === 'failed', WORK);
    const { timeInMillis } = await world.seller.client.testClock.get();
    return async () => {
      await world.request((client, options) => client.testClock.advance(timeInMillis + 4 * DAY_IN_MILLIS, options));
      await world.background(WORK);
      await world.backgroundUntil(({ paymentStatus, nextAttemptTime }) => paymentStatus === 'failed' && nextAttemptTime === null, WORK);
    };
  },
};

const WRITTEN_OFF: CrashStory = {
  name: 'an open invoice is written off',
  begin: async (world) => {
    await world.seller.customer('ada', null);
    await nextMonth(world);
    await world.background();
    const { id } = await world.invoice();
    return async () => {
      await world.request((client, options) => client.invoices.writeOff(id, options));
      await world.background(WORK);
    };
  },
};

const RECORDED: CrashStory = {
  name: 'money that came in elsewhere is recorded in two parts, and the invoice settled',
  begin: async (world) => {
    const id = await invoiceByInstructions(world);
    const part = (amountInMinorUnits: number, paymentId: string) => ({ amount: { amountInMinorUnits, currency: 'USD' }, systemName: 'bank_transfer', paymentId });
    return async () => {
      await world.request((client, options) => client.invoices.recordPayment(id, part(400, 'first'), options));
      await world.request((client, options) => client.invoices.recordPayment(id, part(600, 'second'), options));
      await world.background(WORK);
    };
  },
};

/** 12.00 USD that were paid, and then once more. */
async function paidTwice(world: CrashWorld): Promise<void> {
  await world.seller.customer('ada');
  await world.seller.use('ada', 200);
  await nextMonth(world);
  await world.background();
  const { providerInvoiceId } = await world.invoice();
  const { control, key } = world.seller.stripe;
  await control.money.receivePayment(key, providerInvoiceId ?? '', { surplus: 'unbooked' });
  // An object that was fetched a moment ago is not fetched for the next news at once.
  world.pass();
}

/** Known of, a look or two later. */
async function foundTwice(world: CrashWorld): Promise<string> {
  for (let look = 0; look < LOOKS; look += 1) {
    await world.background();
    const { items } = await world.read((client) => client.paymentDuplicates.list());
    if (items[0]) return items[0].id;
    world.pass();
  }
  throw new Error('Money taken twice is not found.');
}

const GIVEN_BACK: CrashStory = {
  name: 'money taken twice is found, and given back once somebody says so',
  begin: async (world) => {
    await paidTwice(world);
    const id = await foundTwice(world);
    return async () => {
      await world.request((client, options) => client.paymentDuplicates.refund(id, options));
      await world.background(WORK);
    };
  },
};

const GIVEN_BACK_BY_ITSELF: CrashStory = {
  name: 'money taken twice is given back by itself where the account wants that',
  begin: async (world) => {
    await world.seller.client.accounts.update(world.seller.accountId, { refundDuplicatesAutomatically: true });
    await paidTwice(world);
    return async () => {
      await world.webhooks(['charge.succeeded', 'invoice_payment.paid']);
      await world.background(['provider-inbox']);
      world.pass();
      await world.background(['returned-money', 'provider-intents']);
    };
  },
};

const REGISTERED: CrashStory = {
  name: 'a webhook endpoint is registered',
  registersEndpoint: true,
  begin: (world) => Promise.resolve(() => world.background(['webhook-endpoints'])),
};

const UNREGISTERED: CrashStory = {
  name: 'a webhook endpoint is taken away with its connection',
  registersEndpoint: true,
  begin: async (world) => {
    await world.background(['webhook-endpoints']);
    return async () => {
      await world.request((client, options) => client.paymentProviders.connection.delete('STRIPE', options));
      await world.background([...WORK, 'webhook-endpoints']);
    };
  },
};

/** What banks, schedules and people outside do, and the line on which the provider tells of it. */
export const OUTSIDE_STORIES: readonly CrashStory[] = [DEBITED, RETRIED, WRITTEN_OFF, RECORDED, GIVEN_BACK, GIVEN_BACK_BY_ITSELF, REGISTERED, UNREGISTERED];
