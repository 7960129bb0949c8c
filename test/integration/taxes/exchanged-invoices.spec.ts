import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Invoice, PlanInput, PromotionInput } from '@tollkeeper/client';
import { ConvergenceWorld, statusOf } from '../convergence/convergence-world.js';
import type { Seller } from '../convergence/seller.js';

const usd = (amountInMinorUnits: number) => ({ amountInMinorUnits, currency: 'USD' });
const eur = (amountInMinorUnits: number) => ({ amountInMinorUnits, currency: 'EUR' });
const HOUR = 3_600_000;

/** A plan in USD with calls at 0.01, a customer who has invoices in EUR, and VAT of 19 % on top. */
describe('In a customer’s currency', () => {
  let world: ConvergenceWorld;

  beforeAll(async () => {
    world = await ConvergenceWorld.start();
  });

  afterAll(() => world.stop());

  async function sold(rates: readonly [date: string, rate: string][], plan: Partial<PlanInput> = {}): Promise<{ seller: Seller; planId: string }> {
    const seller = await world.seller({ defaultPlan: false });
    await world.arriveAt(seller, '2027-01-01T00:00Z');
    const { id: taxRateId } = await seller.client.taxRates.create({ name: 'VAT', jurisdiction: 'DE', percentage: '19' });
    await seller.client.taxRates.setDefaults({ taxRateIds: [taxRateId] });
    await seller.client.exchangeRates.put(rates.map(([date, rate]) => ({ fromCurrency: 'USD', toCurrency: 'EUR', date, rate })));
    const { prices } = await seller.client.plans.get(seller.planId);
    const { id: planId } = await seller.client.plans.create({ planName: 'Dollars', currency: 'USD', billingPeriod: { interval: 'calendar_month' }, fees: [{ name: 'Fee', amount: usd(1000), kind: 'recurring' }], prices, ...plan });
    await seller.client.customers.create({ customerId: 'ada', customerName: 'ada', billing: { currency: 'EUR' } }, { autoCreateCustomerInStripe: true });
    await seller.client.paymentMethods.attachTestCard('ada', 'pm_card_visa');
    await seller.client.assignments.create({ customerId: 'ada', planId });
    return { seller, planId };
  }

  async function give(seller: Seller, promotion: Omit<PromotionInput, 'promotionName'>): Promise<void> {
    const { id: promotionId } = await seller.client.promotions.create({ promotionName: `Offer ${Math.random()}`, ...promotion });
    await seller.client.customerDiscounts.create({ customerId: 'ada', promotionId });
  }

  const shown = ({ kind, lines, tax, total }: Invoice): string =>
    `${kind}: ${lines.map(({ description, amount, deductions }) => `${description.replace(/ \(.*\)$/, '')} ${amount.amountInMinorUnits}${deductions.map((one) => ` -${one.amount.amountInMinorUnits}`).join('')}`).join('; ')} + ${tax?.amountInMinorUnits} = ${total?.amountInMinorUnits} ${total?.currency}`;

  async function invoices(seller: Seller): Promise<Invoice[]> {
    const found = await Promise.all((await seller.invoices('ada')).map(({ id }) => seller.client.invoices.get(id)));
    return found.toSorted((one, other) => one.createTime - other.createTime || one.kind.localeCompare(other.kind));
  }

  /** Each line explained from its exact amount; what the document says is paid to the cent. */
  async function addsUp(seller: Seller, invoice: Invoice): Promise<void> {
    for (const line of (await seller.client.invoices.explain(invoice.id)).lines) {
      const before = line.deductions.reduce((sum, { amount }) => sum + Number(amount.amountInMinorUnits), Number(line.amount.amountInMinorUnits));
      expect(Math.abs(Number(line.rounding))).toBeLessThanOrEqual(0.01);
      expect(Number(line.exchangedAmount) + Number(line.rounding)).toBeCloseTo(before / 100, 9);
    }
    expect([statusOf(invoice), invoice.amountPaid]).toEqual(['settled paid', invoice.total]);
    expect(await seller.stripe.call('GET', `/v1/invoices/${invoice.providerInvoiceId}`)).toMatchObject({ currency: 'eur', total: Number(invoice.total!.amountInMinorUnits) });
  }

  it('an amount off and a charge by hand are in that currency, and the tax is on what is left of them; one in the plan’s takes nothing off, and one in neither is refused', async () => {
    const { seller } = await sold([['2026-12-31', '0.9237']]);
    await give(seller, { amount: eur(300) });
    await give(seller, { amount: usd(300) });
    await expect(give(seller, { amount: { amountInMinorUnits: 300, currency: 'GBP' } })).rejects.toMatchObject({ status: 409, code: 'discount_in_other_currency' });
    await seller.client.pendingCharges.create({ customerId: 'ada', currency: 'EUR', description: 'Training', unitPrice: '5' });
    await seller.use('ada', 200, 'jan', Date.parse('2027-01-01T00:00Z'));
    // 9.24 and 1.85 EUR; 3.00 off by largest remainder, 0.50 of it off the calls; 6.74 and 1.35 taxed for themselves.
    expect((await invoices(seller)).map(shown)).toEqual(['cycle: Fee 674 -250; Calls 135 -50; Training 500 + 249 = 1558 EUR']);
    await world.arriveAt(seller, '2027-02-02T00:00Z');
    await world.converge(seller);
    const [january] = await invoices(seller);
    expect(shown(january!)).toBe('cycle: Fee 674 -250; Calls 135 -50; Training 500 + 249 = 1558 EUR');
    await addsUp(seller, january!);
  });

  it('late usage is billed at the rate of the invoice that it is late for, with its discount, and taxed', async () => {
    const { seller } = await sold([['2026-12-31', '0.9'], ['2027-02-01', '5']]);
    await give(seller, { percentage: 50, duration: 'periods', periodCount: 1 });
    await seller.use('ada', 200, 'jan', Date.parse('2027-01-01T00:00Z'));
    await world.arriveAt(seller, '2027-02-02T00:00Z');
    await world.converge(seller);
    await seller.use('ada', 1_001, 'late', Date.parse('2027-01-02T00:00Z'));
    await world.run(['late-usage']);
    await world.arriveAt(seller, new Date((await seller.now()) + 2 * HOUR).toISOString());
    await world.converge(seller);
    const [january, adjustment] = (await invoices(seller)).filter(({ kind, invoiceStartTimeInSeconds }) => kind === 'adjustment' || invoiceStartTimeInSeconds === Date.parse('2027-01-01T00:00Z') / 1_000);
    // 12.01 USD are 10.81 EUR, half of that 5.405; less the 0.90 that were billed, and 19 % of what is left.
    expect([january, adjustment].map((invoice) => shown(invoice!))).toEqual(['cycle: Fee 450 -450; Calls 90 -90 + 103 = 643 EUR', 'adjustment: Calls 450 -451 + 86 = 536 EUR']);
    expect([january, adjustment].map((invoice) => invoice!.exchange?.rate)).toEqual(['0.9', '0.9']);
    await addsUp(seller, january!);
    await addsUp(seller, adjustment!);
  });

  it('fees in advance have the rate of their first day, and what is not used of them goes back at that rate, with its tax', async () => {
    const fees: PlanInput['fees'] = [{ name: 'Platform', amount: usd(3100), kind: 'recurring', timing: 'in_advance', isProrated: true }];
    const { seller, planId } = await sold([['2026-12-31', '0.9'], ['2027-01-11', '0.5']], { fees, prices: [] });
    await world.arriveAt(seller, '2027-01-03T00:00Z');
    await world.converge(seller);
    const [advance] = await invoices(seller);
    expect(shown(advance!)).toBe('advance: Platform 2790 + 530 = 3320 EUR');
    await addsUp(seller, advance!);
    await world.arriveAt(seller, '2027-01-11T00:00Z');
    const { id: dearer } = await seller.client.plans.create({ planName: 'Dearer', currency: 'USD', billingPeriod: { interval: 'calendar_month' }, fees: [{ name: 'Dearer', amount: usd(12_400), kind: 'recurring', timing: 'in_advance', isProrated: true }], prices: [] });
    const [assignment] = (await seller.client.assignments.list({ customerId: 'ada' })).items;
    expect(assignment?.planId).toBe(planId);
    await seller.client.assignments.change(assignment!.id, { planId: dearer });
    await world.arriveAt(seller, '2027-01-13T00:00Z');
    await world.converge(seller);
    const next = (await invoices(seller)).find(({ lines }) => lines.some(({ description }) => description.startsWith('Platform, not used')))!;
    // 21 of 31 days: 84.00 USD at 0.5, and 21.00 USD back at 0.9.
    expect(shown(next)).toBe('advance: Dearer 4200; Platform, not used -1890 + 439 = 2749 EUR');
    expect(statusOf(next)).toBe('settled paid');
  });
});
