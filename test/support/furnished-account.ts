import type { HttpCaller } from './http-caller.js';
import { eventually, sandboxKey } from './test-application.js';

/** Ids of one object of every kind that an account can have. */
export interface AccountObjects {
  readonly accountId: string;
  readonly apiKeyId: string;
  readonly connectionId: string;
  readonly customerId: string;
  readonly providerCustomerId: string;
  readonly paymentMethodId: string;
  readonly meterId: string;
  readonly meterApiName: string;
  readonly productItemId: string;
  readonly priceId: string;
  readonly planId: string;
  readonly assignmentId: string;
  readonly assignmentChangeId: string;
  readonly priceOverrideId: string;
  readonly pendingChargeId: string;
  readonly promotionId: string;
  readonly couponId: string;
  readonly couponCode: string;
  readonly customerDiscountId: string;
  readonly commitmentId: string;
  readonly invoiceId: string;
  readonly webhookEventId: string;
  readonly switchId: string;
  readonly driftRunId: string;
  readonly providerIntentId: string;
  readonly taxRateId: string;
  readonly correctionId: string;
}

/** Far enough ahead that no test reaches it. */
export const SWITCH_TIME_IN_SECONDS = 4_000_000_000;

export interface FurnishedAccount extends HttpCaller {
  readonly objects: AccountObjects;
  readonly stripeKey: string;
}

/**
 * An account of its own with an admin key that is no key of the installation.
 * @param installation speaks with the key of the installation
 */
export async function openAccount(installation: HttpCaller, name: string): Promise<HttpCaller & { accountId: string }> {
  const { id, adminKey } = await installation.expectOk<{ id: string; adminKey: string }>('POST', '/accounts', { name, mode: 'test' });
  return Object.assign(installation.as(adminKey), { accountId: id });
}

/**
 * An account with one of everything: connected provider, meter, item, price, plan, a customer with a card on that plan, usage,
 * the invoice of its running period, and a correction that was not applied.
 * @param mark is part of every name in it, so that a trace of it is found wherever it turns up
 */
export async function furnishAccount(installation: HttpCaller, mark: string): Promise<FurnishedAccount> {
  const account = await openAccount(installation, `${mark} account`);
  const stripeKey = sandboxKey();
  const { id: connectionId } = await account.expectOk<{ id: string }>('PUT', '/payment-providers/STRIPE/connection', { credentials: { secretKey: stripeKey } });
  await account.expectOk('PUT', `/accounts/${account.accountId}`, { defaultPaymentProviderName: 'STRIPE' });
  const apiKey = await account.expectOk<{ id: string }>('POST', '/api-keys', { name: `${mark} key`, scopes: ['read'] });
  const meterApiName = `${mark}_calls`;
  const customerId = `${mark}-customer`;
  const meter = await account.expectOk<{ id: string }>('POST', '/meters', { meterApiName, label: `${mark} calls`, meterType: 'sum_of_all_usage', dimensions: ['region'] });
  const item = await account.expectOk<{ id: string }>('POST', '/product-items', { productItemName: `${mark} item`, meterApiName });
  const price = await account.expectOk<{ id: string }>('POST', '/prices', { productItemId: item.id, priceName: `${mark} price`, currency: 'USD', model: { model: 'per_unit', unitPrice: '0.01' } });
  const plan = await account.expectOk<{ id: string }>('POST', '/plans', {
    planName: `${mark} plan`,
    currency: 'USD',
    billingPeriod: { interval: 'month', intervalsCount: 1 },
    baseFee: { amountInMinorUnits: '700', currency: 'USD' },
    prices: [price.id],
  });
  const customer = await account.expectOk<{ traits: { stripeId: string } }>('POST', '/customers?autoCreateCustomerInStripe=true', {
    customerId,
    customerName: `${mark} customer`,
    customerEmail: `billing@${mark}.example`,
  });
  const method = await account.expectOk<{ id: string }>('POST', `/customers/${customerId}/payment-methods`, { paymentMethodId: 'pm_card_visa' });
  const assignment = await account.expectOk<{ id: string }>('POST', '/assignments', { customerId, planId: plan.id });
  const inADay = { effectiveFromTimeInMillis: Date.now() + 86_400_000 };
  const override = await account.expectOk<{ id: string }>('POST', '/price-overrides', { customerId, priceId: price.id, model: { model: 'per_unit', unitPrice: '0.009' }, ...inADay });
  const change = await account.expectOk<{ id: string }>('POST', `/assignments/${assignment.id}/changes`, { planId: null, effectiveTimeInMillis: Date.now() + 300 * 86_400_000 });
  await account.expectOk('POST', '/ingest', { customerId, meterApiName, meterValue: 25, meterTimeInMillis: Date.now(), uniqueId: `${mark}-1`, dimensions: { region: mark } });
  const invoices = await eventually(`the invoice of ${customerId}`, () => account.expectOk<{ id: string }[]>('GET', `/invoices?customerId=${customerId}`), ({ length }) => length === 1);
  const discounts = await discount(account, mark, { customerId, productItemId: item.id, planId: plan.id });
  const planned = await account.expectOk<{ id: string }>('POST', '/customers/payment-method/switch', { customerId, targetPaymentType: 'stripe', switchTimeInSeconds: SWITCH_TIME_IN_SECONDS });
  const events = await eventually(`what Stripe tells of ${customerId}`, () => account.expectOk<{ id: string }[]>('GET', '/webhook-events?limit=1'), ({ length }) => length === 1);
  const run = await account.expectOk<{ id: string }>('POST', '/payments/drift/runs');
  await eventually('the end of the comparison', () => account.expectOk<{ state: string }>('GET', `/payments/drift/runs/${run.id}`), ({ state }) => state === 'done');
  const intents = await account.expectOk<{ id: string }[]>('GET', '/provider-intents?kind=customer.create');
  const taxRate = await account.expectOk<{ id: string }>('POST', '/tax-rates', { name: `${mark} tax`, jurisdiction: 'DE', percentage: '0' });
  const correction = await account.expectOk<{ id: string }>('POST', '/usage-corrections', { name: `${mark} correction`, reason: mark, action: 'cancel', filter: { customerIds: [customerId] } });
  const objects: AccountObjects = {
    accountId: account.accountId,
    apiKeyId: apiKey.id,
    connectionId,
    customerId,
    providerCustomerId: customer.traits.stripeId,
    paymentMethodId: method.id,
    meterId: meter.id,
    meterApiName,
    productItemId: item.id,
    priceId: price.id,
    planId: plan.id,
    assignmentId: assignment.id,
    assignmentChangeId: change.id,
    priceOverrideId: override.id,
    ...discounts,
    invoiceId: invoices[0]!.id,
    webhookEventId: events[0]!.id,
    switchId: planned.id,
    driftRunId: run.id,
    providerIntentId: intents[0]!.id,
    taxRateId: taxRate.id,
    correctionId: correction.id,
  };
  return Object.assign(account, { objects, stripeKey });
}

/** A charge, a discount and a commitment that touch no invoice: one waits for another currency, the others start later than any test. */
async function discount(account: HttpCaller, mark: string, { customerId, productItemId, planId }: Pick<AccountObjects, 'customerId' | 'productItemId' | 'planId'>): Promise<Pick<AccountObjects, 'pendingChargeId' | 'promotionId' | 'couponId' | 'couponCode' | 'customerDiscountId' | 'commitmentId'>> {
  const charge = await account.expectOk<{ id: string }>('POST', '/pending-charges', { customerId, currency: 'EUR', description: `${mark} charge`, unitPrice: 5 });
  const promotion = await account.expectOk<{ id: string }>('POST', '/promotions', { promotionName: `${mark} promotion`, percentage: 10, duration: 'forever', productItemIds: [productItemId] });
  const couponCode = `${mark}-coupon`;
  const coupon = await account.expectOk<{ id: string }>('POST', '/coupons', { promotionId: promotion.id, code: couponCode, planIds: [planId] });
  const { id } = await account.expectOk<{ id: string }>('POST', '/customer-discounts', { customerId, promotionId: promotion.id, startTimeInMillis: SWITCH_TIME_IN_SECONDS * 1_000 });
  const inAYear = Date.now() + 366 * 86_400_000;
  const later = { startTimeInMillis: inAYear, endTimeInMillis: inAYear + 86_400_000 };
  const commitment = await account.expectOk<{ id: string }>('POST', '/commitments', { customerId, name: `${mark} commitment`, amount: { amountInMinorUnits: 100, currency: 'USD' }, ...later });
  return { pendingChargeId: charge.id, promotionId: promotion.id, couponId: coupon.id, couponCode, customerDiscountId: id, commitmentId: commitment.id };
}
