import type { SandboxAccount } from '../account/sandbox-account.js';
import { mergeMetadata } from '../http/field-changes.js';
import { StripeError } from '../http/stripe-error.js';
import type { Invoice, InvoiceItem, InvoiceLine, LinePricing } from '../state/stripe-objects.js';
import { emit } from '../webhooks/emit-event.js';
import { newProduct, newUnitAmount } from './catalog.routes.js';
import { decimalText, lineAmount } from './decimal-amount.js';
import { givenTaxes, type TaxAmountInput } from './invoice-taxes.js';

/** Stripe's limit per invoice. */
export const MAX_ITEMS = 250;

/** What `invoiceitems.create`, its update and each line of `add_lines` have in common. */
export interface ItemInput {
  amount?: number;
  currency?: string;
  description?: string;
  discountable?: boolean;
  metadata?: Record<string, string | number | null> | '' | null;
  period?: { start: number; end: number };
  price_data?: { currency: string; product?: string; product_data?: { name: string; metadata?: Record<string, string | number | null> }; unit_amount?: number; unit_amount_decimal?: unknown };
  pricing?: { price?: string };
  quantity?: number;
  quantity_decimal?: unknown;
  /** Of a line alone; an item has none. */
  tax_amounts?: TaxAmountInput[] | '' | null;
  unit_amount_decimal?: unknown;
}

interface Priced {
  amount: number;
  currency: string | undefined;
  quantity: string;
  pricing: LinePricing | null;
  description: string | null;
}

/** Prices an item: a plain `amount`, or quantity × unit price rounded once. */
export function priceItem(account: SandboxAccount, given: ItemInput): Priced {
  const quantity = decimalText(given.quantity_decimal ?? given.quantity ?? 1, 'quantity');
  if (given.pricing?.price) {
    const price = account.refer('price', given.pricing.price, 'pricing[price]');
    const unit = price.unit_amount_decimal ?? '0';
    const pricing = { type: 'price_details', unit_amount_decimal: unit, price_details: { price: price.id, product: price.product } };
    return { amount: lineAmount(unit, quantity), currency: price.currency, quantity, pricing, description: account.require('product', price.product).name };
  }
  if (given.price_data) return priceInline(account, given.price_data, quantity);
  if (given.unit_amount_decimal !== undefined) {
    const unit = decimalText(given.unit_amount_decimal, 'unit_amount_decimal');
    return { amount: lineAmount(unit, quantity), currency: given.currency, quantity, pricing: bare(unit), description: null };
  }
  if (given.amount === undefined) throw StripeError.invalid('Give amount, unit_amount_decimal, price_data or pricing.', 'amount', 'parameter_missing');
  const unit = quantity === '1' ? String(given.amount) : null;
  return { amount: given.amount, currency: given.currency, quantity, pricing: bare(unit), description: null };
}

const bare = (unit: string | null): LinePricing => ({ type: 'price_details', unit_amount_decimal: unit });

function priceInline(account: SandboxAccount, data: NonNullable<ItemInput['price_data']>, quantity: string): Priced {
  const product = data.product ? account.refer('product', data.product, 'price_data[product]') : data.product_data && newProduct(account, data.product_data.name, data.product_data.metadata);
  if (!product) throw StripeError.invalid('price_data needs product or product_data.', 'price_data[product]', 'parameter_missing');
  const unit = newUnitAmount(data.unit_amount ?? 0, data.unit_amount_decimal);
  // Stripe makes an inactive price for inline data, so that the line still names one.
  const price = account.create('price', 'price_', { ...unit, active: false, currency: data.currency.toLowerCase(), product: product.id, type: 'one_time', metadata: {} });
  const pricing = { type: 'price_details', unit_amount_decimal: unit.unit_amount_decimal, price_details: { price: price.id, product: product.id } };
  return { amount: lineAmount(unit.unit_amount_decimal, quantity), currency: price.currency, quantity, pricing, description: product.name };
}

/** Creates an item, pending on the customer or on a draft invoice right away. */
export function createItem(account: SandboxAccount, customer: string, invoice: Invoice | undefined, given: ItemInput): InvoiceItem {
  const priced = priceItem(account, given);
  const currency = (given.currency ?? priced.currency ?? invoice?.currency ?? '').toLowerCase();
  if (!currency) throw StripeError.invalid('Missing required param: currency.', 'currency', 'parameter_missing');
  const item = account.create('invoiceitem', 'ii_', {
    amount: priced.amount,
    currency,
    customer,
    date: account.now,
    description: given.description ?? priced.description,
    discountable: given.discountable ?? priced.amount >= 0,
    discounts: [],
    invoice: null,
    metadata: mergeMetadata({}, given.metadata),
    net_amount: priced.amount,
    period: given.period ?? { start: account.now, end: account.now },
    pricing: priced.pricing,
    quantity: wholeQuantity(priced.quantity),
    quantity_decimal: priced.quantity,
    tax_rates: [],
  });
  if (invoice) putOnInvoice(account, item, invoice).taxes = givenTaxes(account, invoice, given.tax_amounts);
  emit(account, 'invoiceitem.created', item);
  return item;
}

const wholeQuantity = (text: string): number => Math.trunc(Number(text));

/** Moves an item onto a draft as a new line. The caller recomputes the totals. */
export function putOnInvoice(account: SandboxAccount, item: InvoiceItem, invoice: Invoice): InvoiceLine {
  if (item.currency !== invoice.currency) {
    throw StripeError.invalid(`The currency of the invoice item (${item.currency}) differs from that of the invoice (${invoice.currency}).`, 'currency');
  }
  const count = account.children('line_item', invoice.id).length;
  if (count >= MAX_ITEMS) throw StripeError.invalid(`An invoice holds at most ${MAX_ITEMS} items.`, 'invoice');
  item.invoice = invoice.id;
  return account.create('line_item', 'il_', {
    ...sharedFields(item),
    invoice: invoice.id,
    discounts: [],
    discount_amounts: [],
    pretax_credit_amounts: [],
    taxes: [],
    parent: { type: 'invoice_item_details', subscription_item_details: null, invoice_item_details: { invoice_item: item.id, proration: false, proration_details: { credited_items: null }, subscription: null } },
  });
}

/** Brings the line of an item up to date after the item was edited. */
export function refreshLine(account: SandboxAccount, item: InvoiceItem): void {
  const [line] = account.children('line_item', item.id);
  if (line) Object.assign(account.edit('line_item', line.id), sharedFields(item));
}

function sharedFields(item: InvoiceItem): Partial<InvoiceLine> {
  const { amount, currency, description, metadata, period, pricing, quantity, quantity_decimal } = structuredClone(item);
  return { amount, subtotal: amount, currency, description, discountable: item['discountable'], metadata: metadata ?? {}, period, pricing, quantity, quantity_decimal };
}
