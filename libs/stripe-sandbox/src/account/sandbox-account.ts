import type { StripeContract } from '../contract/stripe-contract.js';
import type { Assumption, AssumptionSwitches } from '../assumptions/assumptions.js';
import { SandboxClock } from '../clock/sandbox-clock.js';
import { StripeError } from '../http/stripe-error.js';
import type { PrivateTables } from '../state/private-rows.js';
import type { StoredRows } from '../state/stored-rows.js';
import type { ObjectTables, StripeObject } from '../state/stripe-objects.js';
import { objectId } from './object-id.js';

/** Who caused a change; written into the events it makes. */
export interface Cause {
  requestId: string | null;
  idempotencyKey: string | null;
}

export const NO_CAUSE: Cause = { requestId: null, idempotencyKey: null };

/** One sandbox account: its objects, its clock and its events. Changes are made inside a transaction of `rows` only. */
export class SandboxAccount {
  readonly clock: SandboxClock;
  cause: Cause = { requestId: null, idempotencyKey: null };
  /** Assumptions of the whole sandbox; the account's own come first. */
  assumptions: AssumptionSwitches = {};
  /** Judges every event against the contract; for specs. */
  checksEvents = false;

  constructor(
    readonly id: string,
    readonly rows: StoredRows,
    readonly contract: StripeContract,
    readonly baseUrl: () => string,
    wallTimeInMillis: () => number,
  ) {
    this.clock = new SandboxClock(() => this.secret('_clock', 'clock')?.offsetInMillis ?? 0, wallTimeInMillis);
  }

  /** Whether the sandbox takes Stripe to be so; see `assumptions/`. */
  assumes(name: Assumption): boolean {
    return this.secret('_assumptions', 'assumptions')?.[name] ?? this.assumptions[name] ?? true;
  }

  get now(): number {
    return this.clock.nowInSeconds();
  }

  find<T extends keyof ObjectTables>(table: T, id: string): ObjectTables[T] | undefined {
    const found = this.rows.get<ObjectTables[T]>(table, id);
    return found?.deleted ? undefined : found;
  }

  /** The object a route is about: 404 when it does not exist. */
  require<T extends keyof ObjectTables>(table: T, id: string): ObjectTables[T] {
    return this.find(table, id) ?? missing(table, id, 'id', 404);
  }

  /** The object a parameter refers to: 400 when it does not exist. */
  refer<T extends keyof ObjectTables>(table: T, id: string, param: string): ObjectTables[T] {
    return this.find(table, id) ?? missing(table, id, param, 400);
  }

  list<T extends keyof ObjectTables>(table: T): ObjectTables[T][] {
    return this.rows.list<ObjectTables[T]>(table).filter((object) => !object.deleted);
  }

  /** The objects under a parent (the lines of an invoice, the refunds of a charge), newest first. */
  children<T extends keyof ObjectTables>(table: T, parent: string): ObjectTables[T][] {
    return this.rows.children<ObjectTables[T]>(table, parent);
  }

  /** Opens an object for changes until the transaction ends. */
  edit<T extends keyof ObjectTables>(table: T, id: string): ObjectTables[T] {
    this.require(table, id);
    return this.rows.edit<ObjectTables[T]>(table, id) as ObjectTables[T];
  }

  /** Makes an object from the contract's blank one; `fields` are what is known about it. */
  create<T extends keyof ObjectTables>(table: T, prefix: string, fields: Partial<ObjectTables[T]>): ObjectTables[T] {
    const blank = this.contract.blank(table);
    if ('created' in blank) blank['created'] = this.now;
    const object = { ...blank, ...fields, id: fields.id ?? objectId(prefix) } as ObjectTables[T];
    this.rows.put(table, object.id, object);
    return object;
  }

  remove(table: keyof ObjectTables, id: string): void {
    this.rows.remove(table, id);
  }

  secret<T extends keyof PrivateTables>(table: T, id: string): PrivateTables[T] | undefined {
    return this.rows.get<PrivateTables[T]>(table, id);
  }

  keep<T extends keyof PrivateTables>(table: T, id: string, value: PrivateTables[T]): void {
    this.rows.put(table, id, value);
  }

  /** Looks an id up in every table; used to expand references. */
  resolve(id: string): StripeObject | undefined {
    const table = TABLE_OF_PREFIX[id.slice(0, id.lastIndexOf('_') + 1)] ?? TABLE_OF_PREFIX[id.slice(0, id.indexOf('_') + 1)];
    return table && this.rows.get<StripeObject>(table, id);
  }
}

const TABLE_OF_PREFIX: Record<string, keyof ObjectTables> = {
  cus_: 'customer',
  pm_: 'payment_method',
  prod_: 'product',
  price_: 'price',
  ii_: 'invoiceitem',
  il_: 'line_item',
  in_: 'invoice',
  inpay_: 'invoice_payment',
  pi_: 'payment_intent',
  seti_: 'setup_intent',
  ch_: 'charge',
  re_: 'refund',
  du_: 'dispute',
  cn_: 'credit_note',
  txn_: 'balance_transaction',
  po_: 'payout',
  di_: 'discount',
  txr_: 'tax_rate',
  txi_: 'tax_id',
  issfr_: 'radar.early_fraud_warning',
  cbtxn_: 'customer_balance_transaction',
  evt_: 'event',
  we_: 'webhook_endpoint',
  cs_test_: 'checkout.session',
  bps_: 'billing_portal.session',
  bpc_: 'billing_portal.configuration',
};

const LABELS: Partial<Record<keyof ObjectTables, string>> = { payment_method: 'PaymentMethod', line_item: 'invoice line item' };

function missing(table: keyof ObjectTables, id: string, param: string, status: number): never {
  throw StripeError.missing(LABELS[table] ?? table.replaceAll('_', ' ').replaceAll('.', ' '), id, param, status);
}
