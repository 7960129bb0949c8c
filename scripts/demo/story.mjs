import { approveChallenge } from './sandbox.mjs';
import { chapter, moneyText, paint, progress, say, statusText } from './screen.mjs';

const DAY_IN_MILLIS = 86_400_000;
const EVENTS = 10_000;
const BATCH = 500;

/** Makes every name of this run its own, so that the demo can be run again on the same account. */
const run = Date.now().toString(36).slice(-5);
const METER = `api_calls_${run}`;

const CUSTOMERS = [
  { customerId: `ada-${run}`, customerName: 'Ada (good card)', card: 'pm_card_visa' },
  { customerId: `bob-${run}`, customerName: 'Bob (failing card)', card: 'pm_card_chargeCustomerFail' },
  { customerId: `cleo-${run}`, customerName: 'Cleo (3-D Secure card)', card: 'pm_card_threeDSecure2Required' },
];

/** The whole story. Every step is a real HTTP call through the client. */
export async function tellTheStory(client, url) {
  const startedAt = performance.now();
  await introduce(client, url);
  const planId = await describeProduct(client);
  await addCustomers(client, planId);
  await use(client);
  const live = followInvoices(client);
  await passAMonth(client);
  await replaceBobsCard(client);
  await authenticateCleo(client);
  await live.stop();
  await showInvoices(client);
  say(paint('grey', `\n  ${((performance.now() - startedAt) / 1000).toFixed(1)} s of real time. Look around at ${url}/docs`));
}

async function introduce(client, url) {
  const [account, connection] = await Promise.all([client.accounts.current(), client.paymentProviders.connection.get('STRIPE')]);
  chapter(`Tollkeeper at ${url}`);
  say(`Account '${account.name}' (${account.mode}), connected to Stripe account ${connection.providerAccountId ?? '(being checked)'}`);
  if (account.mode !== 'test') throw new Error('The demo moves the clock and charges test cards: use a key of a test account.');
}

async function describeProduct(client) {
  chapter('1. What is sold: API calls, the first 1,000 at 0.01 USD, then 0.005 USD, plus 10 USD a month');
  await client.meters.create({ meterApiName: METER, label: 'API calls', meterType: 'sum_of_all_usage', dimensions: ['region'] });
  const item = await client.productItems.create({ productItemName: 'API calls', meterApiName: METER });
  const tiers = [
    { upTo: '1000', unitPrice: '0.01' },
    { upTo: null, unitPrice: '0.005' },
  ];
  const price = await client.prices.create({ productItemId: item.id, priceName: 'API calls, graduated', currency: 'USD', model: { model: 'graduated', tiers } });
  const plan = await client.plans.create({
    planName: `Pro ${run}`,
    currency: 'USD',
    billingPeriod: { interval: 'month', intervalsCount: 1 },
    baseFee: { amountInMinorUnits: '1000', currency: 'USD' },
    prices: [price.id],
  });
  say(`Meter ${METER}, plan ${plan.id}`);
  return plan.id;
}

async function addCustomers(client, planId) {
  chapter('2. Three customers, created at Stripe as well, each with a test card');
  for (const { customerId, customerName, card } of CUSTOMERS) {
    const customer = await client.customers.create({ customerId, customerName, customerEmail: `${customerId}@example.com` }, { autoCreateCustomerInStripe: true });
    await client.paymentMethods.attachTestCard(customerId, card);
    const assignments = await client.assignments.list({ customerId });
    for (const assignment of assignments.items ?? assignments) await client.assignments.end(assignment.id, assignment.startTimeInMillis);
    await client.assignments.create({ customerId, planId });
    say(`${customerName.padEnd(24)} ${customer.traits.stripeId ?? 'link pending'}`);
  }
}

async function use(client) {
  chapter(`3. They use it: ${EVENTS.toLocaleString('en')} events`);
  const { timeInMillis } = await client.testClock.get();
  for (let sent = 0; sent < EVENTS; sent += BATCH) {
    await client.ingest(
      Array.from({ length: BATCH }, (_, index) => ({
        customerId: CUSTOMERS[(sent + index) % CUSTOMERS.length].customerId,
        meterApiName: METER,
        meterValue: 1,
        meterTimeInMillis: timeInMillis,
        uniqueId: `${run}-${sent + index}`,
        dimensions: { region: (sent + index) % 2 === 0 ? 'eu' : 'us' },
      })),
    );
    progress(sent + BATCH, EVENTS, 'events stored');
  }
  const again = [{ customerId: CUSTOMERS[0].customerId, meterApiName: METER, meterValue: 1, meterTimeInMillis: timeInMillis, uniqueId: `${run}-0`, dimensions: { region: 'eu' } }];
  await client.ingest(again);
  const preview = await client.invoices.preview(CUSTOMERS[0].customerId);
  say(`One was sent twice and counts once. Ada's open invoice says ${preview.lines.at(-1).quantity} calls, ${moneyText(preview.total)} so far.`);
}

/** Prints what the event stream says about this run's invoices, as it happens. */
function followInvoices(client) {
  const stop = new AbortController();
  const names = new Map(CUSTOMERS.map(({ customerId, customerName }) => [customerId, customerName]));
  const reading = (async () => {
    for await (const { type, data } of client.events({ signal: stop.signal })) {
      const name = type.startsWith('invoice.') && names.get(data.customerId);
      if (name) say(`${paint('grey', '· ')}${name.padEnd(24)} ${type.padEnd(24)} ${data.previousPaymentStatus ? statusText(data) : ''}`);
    }
  })().catch((error) => say(paint('red', `the event stream ended: ${error.message}`)));
  return {
    stop: async () => {
      stop.abort();
      await reading;
    },
  };
}

async function passAMonth(client) {
  chapter('4. A month passes (the account’s test clock), invoices close and go to Stripe');
  const { timeInMillis } = await client.testClock.get();
  await client.testClock.advance(timeInMillis + 33 * DAY_IN_MILLIS);
  await client.testClock.waitUntilReady();
}

async function replaceBobsCard(client) {
  chapter('5. Bob enters another card: his invoice goes out again by itself');
  const [, bob] = CUSTOMERS;
  const card = await client.paymentMethods.attachTestCard(bob.customerId, 'pm_card_visa');
  await client.paymentMethods.setDefault(bob.customerId, card.id);
  await settled(client, bob.customerId);
}

async function authenticateCleo(client) {
  chapter('6. Cleo confirms her payment (3-D Secure)');
  const cleo = CUSTOMERS[2];
  const invoice = await firstInvoice(client, cleo.customerId);
  say(`Her page at the provider: ${invoice.hostedInvoiceUrl}`);
  const approved = await approveChallenge(invoice);
  if (!approved) {
    say('This is not the sandbox: open the page and confirm the payment there; the status follows within seconds.');
    return;
  }
  await settled(client, cleo.customerId);
}

async function settled(client, customerId) {
  for (let seconds = 0; seconds < 40; seconds += 1) {
    if ((await firstInvoice(client, customerId)).paymentStatus === 'settled') return;
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
  throw new Error(`The invoice of ${customerId} was not settled within 40 s.`);
}

async function firstInvoice(client, customerId) {
  const page = await client.invoices.list({ customerId, invoicePriceStatus: 'price_locked' });
  const [summary] = page.items ?? page;
  return client.invoices.get(summary.id);
}

async function showInvoices(client) {
  chapter('7. The invoices');
  for (const { customerId, customerName } of CUSTOMERS) {
    const invoice = await firstInvoice(client, customerId);
    say(`${customerName.padEnd(24)} ${(invoice.number ?? '').padEnd(20)} ${moneyText(invoice.total).padStart(12)}  ${statusText(invoice)}  ${invoice.providerInvoiceId}`);
    for (const line of invoice.lines) say(paint('grey', `    ${line.description.padEnd(22)} ${line.quantity.padStart(8)} × ${line.unitPriceText.padEnd(28)} ${moneyText(line.amount).padStart(12)}`));
  }
}
