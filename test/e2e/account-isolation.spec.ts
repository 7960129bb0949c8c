import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DatabasePool } from '../../src/platform/database/database.js';
import { operationsOf, pathOf, readApiDocument, type ApiOperation } from '../support/api-document.js';
import { EventStreamReader } from '../support/event-stream-reader.js';
import { furnishAccount, openAccount, SWITCH_TIME_IN_SECONDS, type AccountObjects, type FurnishedAccount } from '../support/furnished-account.js';
import { HttpCaller, type HttpAnswer } from '../support/http-caller.js';
import { insertReturnedMoney, type ReturnedMoneyObjects } from '../support/returned-money-rows.js';
import { startTestApplication, type TestApplication } from '../support/test-application.js';

/** The machine may be busy with other suites: a whole application starts in each. */
interface NamingRequest {
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** Requests of the intruder that name objects of another account. @param own the intruder's objects, where the route needs a right one beside it */
type Naming = (named: NamedObjects, own: NamedObjects) => NamingRequest[];
/** What takes a month and a bank to come about is put there by hand. */
type NamedObjects = AccountObjects & ReturnedMoneyObjects & { readonly disputeId: string };
type TestedAccount = FurnishedAccount & { readonly objects: NamedObjects };

const MARK = 'acme';
const NOW_IN_SECONDS = Math.floor(Date.now() / 1_000);
const timeRange = { startTimeInSeconds: NOW_IN_SECONDS - 3_600, endTimeInSeconds: NOW_IN_SECONDS + 3_600 };
const costRange = { timeRange: { startTimeInSeconds: NOW_IN_SECONDS - 86_400 }, timeGroupingInterval: 'day', groupBy: ['customerId'] };
const rangeQuery = { startTimeInSeconds: String(timeRange.startTimeInSeconds), endTimeInSeconds: String(timeRange.endTimeInSeconds), timeGroupingInterval: 'day' };
const days = { from: '2026-01-01', to: '2100-01-01' };
const byId = (name: keyof NamedObjects, body?: unknown): Naming => (named) => [{ path: { id: named[name] }, body }];

const NAMING: Readonly<Record<string, Naming>> = {
  Accounts_get: byId('accountId'),
  Accounts_update: byId('accountId', { name: 'taken over' }),
  ApiKeys_revoke: byId('apiKeyId'),
  Customers_create: ({ providerCustomerId }) => [{ body: { customerId: 'thief', customerName: 'T', traits: { paymentProviderName: 'STRIPE', stripeId: providerCustomerId } } }],
  Customers_replace: ({ customerId }) => [{ body: { customerId, customerName: 'taken over' } }],
  Customers_list: ({ customerId }) => [{ query: { customerId } }],
  Customers_get: ({ customerId }) => [{ path: { customerId } }],
  Customers_delete: ({ customerId }) => [{ path: { customerId } }],
  ProviderSwitches_schedule: ({ customerId }) => [{ body: { customerId, targetPaymentType: 'STRIPE', switchTimeInSeconds: NOW_IN_SECONDS + 86_400 } }],
  ProviderSwitches_list: ({ customerId }) => [{ query: { customerId } }],
  ProviderSwitches_cancel: ({ customerId, switchId }): NamingRequest[] => [{ query: { id: switchId } }, { query: { customerId, switchTimeInSeconds: String(SWITCH_TIME_IN_SECONDS) } }],
  Meters_update: ({ meterId, meterApiName }) => [{ body: { id: meterId, meterApiName, label: 'taken over', meterType: 'sum_of_all_usage' } }],
  Meters_list: ({ meterApiName }) => [{ query: { meterApiName } }],
  Meters_get: byId('meterId'),
  Meters_delete: byId('meterId'),
  Usage_report: ({ meterApiName, customerId }, own) => [
    { body: { meterApiName, timeGroupingInterval: 'day', timeRange } },
    { body: { meterApiName: own.meterApiName, timeGroupingInterval: 'day', timeRange, filter: { customerId: [customerId] } } },
  ],
  Usage_batch: ({ meterApiName }) => [{ body: [{ meterApiName, timeGroupingInterval: 'day', timeRange }] }],
  Usage_sparse: ({ meterApiName }) => [{ body: { meterApiName, timeGroupingInterval: 'day', timeRange } }],
  Usage_sparseBatch: ({ meterApiName }) => [{ body: [{ meterApiName, timeGroupingInterval: 'day', timeRange }] }],
  UsageEvents_list: ({ meterApiName, customerId }) => [{ query: { meterApiName, customerId, startTimeInSeconds: rangeQuery.startTimeInSeconds } }],
  UsageEvents_currentRate: ({ meterApiName, customerId }) => [{ query: { meterApiName, customerId } }],
  UsageAmendments_list: ({ meterApiName, customerId }) => [{ query: { meterApiName, customerId } }],
  UsageExport_export: ({ meterApiName, customerId }) => [{ query: { meterApiName, customerId } }],
  Usage_all: ({ customerId }) => [{ query: { ...rangeQuery, customerId } }],
  ProductItems_create: ({ meterApiName }) => [{ body: { productItemName: 'x', meterApiName } }],
  ProductItems_get: byId('productItemId'),
  Prices_create: ({ productItemId }) => [{ body: { productItemId, priceName: 'x', currency: 'USD', model: { model: 'per_unit', unitPrice: '1' } } }],
  Prices_list: ({ productItemId }) => [{ query: { productItemId } }],
  Prices_get: byId('priceId'),
  Prices_delete: byId('priceId'),
  PriceVersions_add: byId('priceId', { model: { model: 'per_unit', unitPrice: '2' } }),
  PriceVersions_withdraw: ({ priceId }) => [{ path: { id: priceId, version: '1' } }],
  PriceOverrides_create: ({ customerId, priceId, planId }, own): NamingRequest[] => [
    { body: { customerId, priceId: own.priceId, model: { model: 'per_unit', unitPrice: '1' } } },
    { body: { customerId: own.customerId, priceId, model: { model: 'per_unit', unitPrice: '1' } } },
    { body: { customerId: own.customerId, planId, feeId: 'base_fee', amount: { amountInMinorUnits: '1', currency: 'USD' } } },
  ],
  PriceOverrides_update: byId('priceOverrideId', { effectiveToTimeInMillis: null }),
  PriceOverrides_list: ({ customerId }) => [{ query: { customerId } }],
  PriceOverrides_get: byId('priceOverrideId'),
  Plans_create: ({ priceId }) => [{ body: { planName: 'x', currency: 'USD', billingPeriod: { interval: 'month' }, prices: [priceId] } }],
  Plans_update: byId('planId', { planName: 'taken over' }),
  Plans_get: byId('planId'),
  Plans_delete: byId('planId'),
  TaxRates_get: byId('taxRateId'),
  TaxRates_addVersion: byId('taxRateId', { percentage: '99', validFromInMillis: 1 }),
  TaxRates_delete: byId('taxRateId'),
  TaxRules_putDefaults: ({ taxRateId }) => [{ body: { taxRateIds: [taxRateId] } }],
  TaxRules_getCustomer: ({ customerId }) => [{ path: { id: customerId } }],
  TaxRules_putCustomer: ({ customerId, taxRateId }, own) => [
    { path: { id: customerId }, body: { taxRateIds: [], exemption: 'exempt' } },
    { path: { id: own.customerId }, body: { taxRateIds: [taxRateId] } },
  ],
  TaxRules_getProductItem: byId('productItemId'),
  TaxRules_putProductItem: ({ productItemId, taxRateId }, own) => [
    { path: { id: productItemId }, body: { taxRateIds: [own.taxRateId] } },
    { path: { id: own.productItemId }, body: { taxRateIds: [taxRateId] } },
  ],
  TaxRules_getFee: ({ planId }) => [{ path: { id: planId, feeId: 'fee_none' } }],
  TaxRules_putFee: ({ planId }, own) => [{ path: { id: planId, feeId: 'fee_none' }, body: { taxRateIds: [own.taxRateId] } }],
  ExchangeRates_delete: () => [{ path: { from: 'USD', to: 'EUR', date: '2020-01-01' } }],
  Assignments_create: ({ customerId, planId }, own) => [
    { body: { customerId, planId: own.planId } },
    { body: { customerId: own.customerId, planId } },
  ],
  Assignments_update: byId('assignmentId', { endTimeInMillis: Date.now() + 86_400_000 }),
  Assignments_list: ({ customerId }) => [{ query: { customerId } }],
  Assignments_get: byId('assignmentId'),
  AssignmentChanges_schedule: ({ assignmentId, planId }, own): NamingRequest[] => [
    { path: { id: assignmentId }, body: { planId: null } },
    { path: { id: own.assignmentId }, body: { planId } },
  ],
  AssignmentChanges_list: ({ customerId, assignmentId }): NamingRequest[] => [{ query: { customerId } }, { query: { assignmentId } }],
  AssignmentChanges_get: byId('assignmentChangeId'),
  AssignmentChanges_cancel: byId('assignmentChangeId'),
  Promotions_create: ({ productItemId, planId }) => [{ body: { promotionName: 'x', percentage: 5, productItemIds: [productItemId] } }, { body: { promotionName: 'x', percentage: 5, planIds: [planId] } }],
  Promotions_update: byId('promotionId', { status: 'deprecated' }),
  Promotions_get: byId('promotionId'),
  Promotions_delete: byId('promotionId'),
  Coupons_create: ({ promotionId, planId }, own) => [{ body: { promotionId, code: 'x' } }, { body: { promotionId: own.promotionId, code: 'x', planIds: [planId] } }],
  Coupons_update: byId('couponId', { status: 'deprecated' }),
  Coupons_list: ({ promotionId }) => [{ query: { promotionId } }],
  Coupons_get: byId('couponId'),
  Coupons_delete: byId('couponId'),
  CustomerDiscounts_create: ({ customerId, promotionId, couponCode }, own): NamingRequest[] => [
    { body: { customerId, promotionId: own.promotionId } },
    { body: { customerId: own.customerId, promotionId } },
    { body: { customerId: own.customerId, couponCode } },
  ],
  CustomerDiscounts_list: ({ customerId }) => [{ query: { customerId } }],
  CustomerDiscounts_get: byId('customerDiscountId'),
  CustomerDiscounts_delete: byId('customerDiscountId'),
  Commitments_create: ({ customerId }) => [{ body: { customerId, name: 'x', amount: { amountInMinorUnits: 1, currency: 'USD' }, periodCount: 1 } }],
  Commitments_list: ({ customerId }) => [{ query: { customerId } }],
  Commitments_get: byId('commitmentId'),
  Commitments_end: byId('commitmentId'),
  PendingCharges_create: ({ customerId, productItemId }, own): NamingRequest[] => [
    { body: { customerId, currency: 'USD', description: 'x', unitPrice: 1 } },
    { body: { customerId: own.customerId, currency: 'USD', description: 'x', unitPrice: 1, productItemId } },
  ],
  PendingCharges_list: ({ customerId }) => [{ query: { customerId } }],
  PendingCharges_get: byId('pendingChargeId'),
  PendingCharges_delete: byId('pendingChargeId'),
  OneOffInvoices_create: ({ customerId, productItemId }, own): NamingRequest[] => [
    { body: { customerId, currency: 'USD', charges: [{ description: 'x', unitPrice: 1 }] } },
    { body: { customerId: own.customerId, currency: 'USD', charges: [{ description: 'x', unitPrice: 1, productItemId }] } },
  ],
  Invoices_list: ({ customerId }) => [{ query: { customerId } }],
  Invoices_get: byId('invoiceId'),
  LateUsage_get: byId('invoiceId'),
  InvoiceDocuments_document: ({ invoiceId }) => ['pdf', 'html', 'csv', 'json'].map((format) => ({ path: { id: invoiceId }, query: { format } })),
  InvoiceDocuments_export: ({ customerId }) => [{ query: { ...days, customerId } }],
  InvoiceExplanations_preview: ({ customerId, planId, productItemId }, own): NamingRequest[] => [
    { body: { customerId } },
    { body: { customerId: own.customerId, planId } },
    { body: { customerId: own.customerId, prices: [{ productItemId, model: { model: 'per_unit', unitPrice: '1' } }] } },
  ],
  InvoiceExplanations_previewAll: ({ planId, productItemId }): NamingRequest[] => [{ body: { planId } }, { body: { ofPlanIds: [planId] } }, { body: { prices: [{ productItemId, model: { model: 'per_unit', unitPrice: '1' } }] } }],
  InvoiceExplanations_explain: byId('invoiceId'),
  InvoiceExplanations_events: ({ invoiceId }) => [{ path: { id: invoiceId }, query: { position: '1' } }],
  InvoiceExplanations_compare: byId('invoiceId'),
  ReferencePricing_assign: ({ customerId, planId }, own): NamingRequest[] => [
    { body: { customerId, productPlanId: own.planId } },
    { body: { customerId: own.customerId, productPlanId: planId } },
  ],
  ReferencePricing_cancel: ({ customerId, planId }, own): NamingRequest[] => [
    { body: { customerId, newProductPlanId: own.planId } },
    { body: { customerId: own.customerId, newProductPlanId: planId } },
  ],
  ReferencePricing_latest: ({ customerId }) => [{ query: { customerId } }],
  ReferencePricing_list: ({ customerId }) => [{ query: { customerId } }],
  ReferenceCustomPlans_create: ({ customerId, productItemId }, own): NamingRequest[] => [
    { body: { customerId, planGenerator: { planMinimumPayment: 1 } } },
    { body: { customerId: own.customerId, planGenerator: { priceGenerators: [{ productItemId, type: 'flat_rate', flatRate: 1 }] } } },
  ],
  ReferenceCustomPlans_latest: ({ customerId }) => [{ query: { customerId } }],
  ReferenceCustomPlans_list: ({ customerId }) => [{ query: { customerId } }],
  ReferencePromotions_save: ({ planId, productItemId }): NamingRequest[] => [
    { path: { type: 'unconditioned_absolute_plan_promotion' }, body: { id: 'x', promotionName: 'x', discount: 1, targetPlanId: planId } },
    { path: { type: 'product_item_relative_partner_discount' }, body: { id: 'x', promotionName: 'x', discountRatio: 0.5, targetProductItemId: productItemId } },
  ],
  ReferencePromotions_get: ({ promotionId }) => [{ query: { id: promotionId } }],
  ReferenceCustomerPromotions_give: ({ customerId, promotionId }, own): NamingRequest[] => [{ body: { customerId, promotionId: own.promotionId } }, { body: { customerId: own.customerId, promotionId } }],
  ReferenceCustomerPromotions_list: ({ customerId }) => [{ query: { customerId } }],
  ReferenceCustomerPromotions_remove: ({ customerId, promotionId, customerDiscountId }, own): NamingRequest[] => [
    { query: { customerId, id: customerDiscountId } },
    { query: { customerId, promotionId } },
    { query: { customerId: own.customerId, id: customerDiscountId } },
  ],
  ReferenceInvoices_get: ({ customerId, planId }, own): NamingRequest[] => [
    { query: { customerId, latest: 'true' } },
    { query: { customerId: own.customerId, productPlanId: planId, year: '2026', month: '1', day: '1' } },
  ],
  ReferenceInvoices_all: ({ customerId }) => [{ query: { customerId } }],
  ReferenceInvoices_paginated: ({ customerId }) => [{ query: { customerId } }],
  Invoices_send: byId('invoiceId'),
  Invoices_void: byId('invoiceId'),
  Invoices_writeOff: byId('invoiceId'),
  Invoices_markPaid: byId('invoiceId'),
  RecordedPayments_record: byId('invoiceId', { amount: { amountInMinorUnits: '1', currency: 'USD' }, systemName: 'bank_transfer', paymentId: 'stolen' }),
  RecordedPayments_reverse: ({ invoiceId }) => [{ path: { id: invoiceId, paymentId: 'rpm_none' } }],
  Refunds_create: byId('invoiceId', {}),
  Refunds_list: ({ invoiceId, customerId }): NamingRequest[] => [{ query: { invoiceId } }, { query: { customerId } }],
  Refunds_get: byId('refundId'),
  CreditNotes_create: byId('invoiceId', {}),
  CreditNotes_list: ({ invoiceId, customerId }): NamingRequest[] => [{ query: { invoiceId } }, { query: { customerId } }],
  CreditNotes_get: byId('creditNoteId'),
  CreditNotes_document: ({ creditNoteId }) => ['pdf', 'html', 'csv', 'json'].map((format) => ({ path: { id: creditNoteId }, query: { format } })),
  CreditNotes_void: byId('creditNoteId'),
  Mails_list: ({ invoiceId, customerId }): NamingRequest[] => [{ query: { invoiceId } }, { query: { customerId } }],
  Mails_get: byId('mailId'),
  Mails_resend: byId('mailId'),
  Duplicates_list: ({ invoiceId, customerId }): NamingRequest[] => [{ query: { invoiceId } }, { query: { customerId } }],
  Duplicates_get: byId('duplicateId'),
  Duplicates_refund: byId('duplicateId'),
  Disputes_list: ({ customerId }) => [{ query: { customerId } }],
  Payouts_transactions: byId('payoutId'),
  Disputes_get: byId('disputeId'),
  Disputes_accept: byId('disputeId'),
  UsageCorrections_create: ({ meterApiName, customerId }, own): NamingRequest[] => [
    { body: { name: 'x', reason: 'x', action: 'cancel', filter: { meterApiNames: [meterApiName], uniqueIds: [`${MARK}-1`] } } },
    { body: { name: 'x', reason: 'x', action: 'cancel', filter: { customerIds: [customerId] } } },
    { body: { name: 'x', reason: 'x', action: 'amend', filter: { customerIds: [own.customerId] }, amend: { customerId } } },
  ],
  UsageCorrections_get: byId('correctionId'),
  UsageCorrections_preview: byId('correctionId'),
  UsageCorrections_previewInvoices: byId('correctionId'),
  UsageCorrections_apply: byId('correctionId', {}),
  UsageCorrections_revert: byId('correctionId', { reason: 'stolen' }),
  UsageCorrections_discard: byId('correctionId'),
  WebhookEvents_list: ({ connectionId }) => [{ query: { connectionId } }],
  WebhookEvents_get: byId('webhookEventId'),
  WebhookEvents_replay: byId('webhookEventId'),
  WebhookEvents_replayDead: ({ connectionId }) => [{ body: { connectionId } }],
  ProviderIntents_list: ({ connectionId }) => [{ query: { connectionId } }],
  ProviderIntents_resolve: byId('providerIntentId', { outcome: 'not_done', note: 'stolen' }),
  Drift_run: byId('driftRunId'),
  // That a difference is one account's alone is shown where there is one: test/integration/drift.
  Drift_repair: byId('driftRunId'),
  UnitCosts_list: byId('meterId'),
  UnitCosts_put: byId('meterId', { amount: '1', currency: 'USD' }),
  UnitCosts_remove: ({ meterId }) => [{ path: { id: meterId, effectiveFromTimeInMillis: '0' } }],
  UsageCost_read: ({ customerId, productItemId }): NamingRequest[] => [{ body: { ...costRange, filters: { customerId: [customerId] } } }, { body: { ...costRange, filters: { product_item_key: [productItemId] } } }],
  Margins_read: ({ customerId }) => [{ query: { startTimeInMillis: String(Date.now() - 86_400_000), customerId } }],
  Finance_readAgeing: ({ customerId }) => [{ query: { customerId } }],
  Finance_readStatement: ({ customerId }) => [{ query: { customerId } }],
  Finance_export: ({ customerId, invoiceId }): NamingRequest[] => [{ path: { report: 'statement' }, query: { customerId } }, { path: { report: 'journal' }, query: { invoiceId } }, { path: { report: 'ageing' }, query: { customerId } }],
  Journal_close: () => [{ path: { month: '2020-01' }, body: {} }],
  Journal_list: ({ customerId, invoiceId }): NamingRequest[] => [{ query: { customerId } }, { query: { invoiceId } }],
  PaymentMethods_setUp: ({ customerId }) => [{ path: { customerId }, body: { mode: 'client_secret' } }],
  PaymentMethods_list: ({ customerId }) => [{ path: { customerId } }],
  PaymentMethods_attach: ({ customerId, paymentMethodId }, own) => [
    { path: { customerId }, body: { paymentMethodId: 'pm_card_visa' } },
    { path: { customerId: own.customerId }, body: { paymentMethodId } },
  ],
  PaymentMethods_setDefault: ({ customerId, paymentMethodId }, own) => [{ path: { customerId, paymentMethodId } }, { path: { customerId: own.customerId, paymentMethodId } }],
  PaymentMethods_detach: ({ customerId, paymentMethodId }, own) => [{ path: { customerId, paymentMethodId } }, { path: { customerId: own.customerId, paymentMethodId } }],
};

/** They take no id of anybody's object; what they answer must hold no trace of another account. */
const NAMES_NOTHING = [
  ...['Health_live', 'Health_ready', 'Metrics_read', 'Accounts_create', 'Accounts_list', 'Accounts_current', 'ApiKeys_create', 'ApiKeys_list', 'TestClock_get', 'TestClock_move'],
  ...['PaymentProviders_list', 'PaymentConnections_get', 'PaymentConnections_save', 'PaymentConnections_delete', 'PaymentConnections_test', 'WebhookSecrets_rotate'],
  ...['ProductItems_list', 'Plans_list', 'Promotions_list', 'Events_stream'],
  ...['TaxRates_create', 'TaxRates_list', 'TaxRules_getDefaults', 'ExchangeRates_put', 'ExchangeRates_list'],
  ...['UsageFindings_unmatched', 'UsageFindings_conflicts'],
  ...['InvoiceRuns_due', 'InvoiceRuns_progress', 'InvoiceRuns_run'],
  ...['Installation_read', 'Installation_resume', 'Drift_report', 'Drift_start'],
  ...['Finance_readRevenue', 'Finance_readTax', 'Finance_readReconciliation', 'Payouts_payouts', 'Payouts_outstanding', 'Journal_closedMonths', 'Journal_readSettings', 'Journal_changeSettings'],
  'UsageCorrections_list',
  'Mails_test',
  'ReferencePromotions_list',
];

/** Their cases above ask them. */
const NEED_A_QUERY = ['Margins_read', 'Finance_readStatement', 'InvoiceDocuments_export', 'ReferenceInvoices_get', 'ReferenceInvoices_all', 'ReferenceInvoices_paginated', 'ReferencePricing_latest', 'ReferencePricing_list', 'ReferenceCustomPlans_latest', 'ReferenceCustomPlans_list', 'ReferencePromotions_get', 'ReferenceCustomerPromotions_list', 'Usage_all', 'UsageEvents_list', 'UsageEvents_currentRate'];
/** Of the installation, which no account's own key may read. */
const INSTALLATION_ADMINS = ['Accounts_list', 'Metrics_read', 'Installation_read'];

/** Rows of the intruder's own attempts at what it named above. */
const ECHOES: Readonly<Record<string, keyof NamedObjects>> = { ProviderIntents_list: 'paymentMethodId' };

/** Their names are free in every account, which has tests of its own below. */
const NAMES_ARE_FREE = ['Meters_create', 'Ingestion_ingest', 'Ingestion_ingestAtRoot'];
/** Has no account but a signature; see below. */
const SIGNED = ['Webhooks_receive'];

describe('Accounts never see each other', () => {
  let application: TestApplication;
  let installation: HttpCaller;
  let owner: TestedAccount;
  let intruder: TestedAccount;
  let operations: ApiOperation[];

  beforeAll(async () => {
    application = await startTestApplication({ connectStripe: false });
    installation = new HttpCaller(application.url, application.adminKey);
    owner = await withMoneyBack(application, await furnishAccount(installation, MARK), MARK);
    intruder = await withMoneyBack(application, await furnishAccount(installation, 'intruder'), 'intruder');
    await owner.expectOk('PUT', '/exchange-rates', { rates: [{ fromCurrency: 'USD', toCurrency: 'EUR', date: '2020-01-01', rate: '0.9' }] });
    operations = operationsOf(await readApiDocument(owner));
  });

  afterAll(() => application.close());

  it('knows every route there is', () => {
    const covered = [...Object.keys(NAMING), ...NAMES_NOTHING, ...NAMES_ARE_FREE, ...SIGNED];
    expect(covered.toSorted()).toEqual(operations.map(({ operationId }) => operationId).toSorted());
  });

  it('knows every route that takes an id', () => {
    const takingIds = operations.filter(({ parameters, path }) => parameters.some(({ in: place }) => place === 'path') && !path.startsWith('/payment-providers/') && !path.startsWith('/webhooks/'));
    expect(takingIds.map(({ operationId }) => operationId).filter((id) => !(id in NAMING))).toEqual([]);
  });

  it.each(Object.keys(NAMING))('%s answers the same for what another account has as for what nobody has', async (operationId) => {
    const operation = operations.find((candidate) => candidate.operationId === operationId)!;
    const absent = nobodys(owner.objects);
    const before = await stateOf(owner);
    const theirs = NAMING[operationId]!(owner.objects, intruder.objects);
    const nobody = NAMING[operationId]!(absent, intruder.objects);
    for (const [index, request] of theirs.entries()) {
      const foreign = neutral(await send(intruder, operation, request), owner.objects);
      expect(foreign).toEqual(neutral(await send(intruder, operation, nobody[index]!), absent));
      expect(JSON.stringify(foreign)).not.toContain(MARK);
      // DELETE /meters/{id} answers {} where there is none, as clients of the reference API expect. A type is the same everywhere.
      if (operation.path.endsWith('}') && !operation.path.endsWith('/{type}')) expect(foreign).toMatchObject({ status: operationId === 'Meters_delete' ? 200 : 404 });
    }
    expect(await stateOf(owner)).toEqual(before);
  });

  it('lists nothing of another account', async () => {
    const lists = operations.filter(({ method, path, operationId }) => method === 'GET' && !path.includes('{') && operationId !== 'Events_stream' && !NEED_A_QUERY.includes(operationId));
    expect(lists.length).toBeGreaterThan(12);
    for (const operation of lists) {
      const { status, text } = await intruder.call('GET', operation.path);
      expect({ path: operation.path, status }).toEqual({ path: operation.path, status: INSTALLATION_ADMINS.includes(operation.operationId) ? 403 : 200 });
      const echoed = ECHOES[operation.operationId];
      const traces = Object.entries(owner.objects).filter(([name]) => name !== echoed);
      for (const [, trace] of [['', MARK], ...traces] as [string, string][]) expect(text).not.toContain(trace);
    }
  });

  it('has other webhook addresses and other connections for the same provider', async () => {
    const [theirs, own] = await Promise.all([owner, intruder].map((account) => account.expectOk<{ id: string; webhook: { path: string } }>('GET', '/payment-providers/STRIPE/connection')));
    expect(own!.webhook.path).toBe(`/webhooks/stripe/${own!.id}`);
    expect(own!.webhook.path).not.toBe(theirs!.webhook.path);
  });

  it('streams nothing of another account, from whatever position', async () => {
    const theirs = await EventStreamReader.open(owner, '0-0');
    const own = await EventStreamReader.open(intruder, '0-0');
    await theirs.until(() => theirs.events.some(({ objectId }) => objectId === owner.objects.customerId), 'the customer of its own');
    await own.until(() => own.events.some(({ objectId }) => objectId === intruder.objects.customerId), 'the customer of its own');
    expect(JSON.stringify(own.events)).not.toContain(MARK);
    expect(JSON.stringify(theirs.events)).not.toContain('intruder');
    await Promise.all([theirs.close(), own.close()]);
  });

  it('keeps usage of equal names apart', async () => {
    const { meterApiName, customerId } = owner.objects;
    const other = await openAccount(installation, 'same names');
    await other.expectOk('POST', '/meters', { meterApiName, label: 'x', meterType: 'sum_of_all_usage' });
    await other.expectOk('POST', '/customers', { customerId, customerName: 'x' });
    const event = { customerId, meterApiName, meterValue: 1_000, meterTimeInMillis: Date.now(), uniqueId: `${MARK}-1` };
    expect((await other.call('POST', '/ingest', event)).text).toBe('1 records were ingested');
    expect(await usageOf(other, meterApiName)).toBe(1_000);
    expect(await usageOf(owner, meterApiName)).toBe(25);
  });

  it('keeps Idempotency-Keys apart', async () => {
    const headers = { 'Idempotency-Key': 'the same for both' };
    const body = { name: 'twin', scopes: ['read'] };
    const [theirs, own] = [await owner.call('POST', '/api-keys', body, headers), await intruder.call('POST', '/api-keys', body, headers)];
    expect(own.headers.get('Idempotent-Replayed')).toBeNull();
    expect(own.status).toBe(200);
    expect((own.body as { key: string }).key).not.toBe((theirs.body as { key: string }).key);
    expect((await intruder.call('POST', '/api-keys', body, headers)).body).toEqual(own.body);
  });

  it('lets no customer name a payment method of another customer, not even on the same Stripe account', async () => {
    const sharing = await openAccount(installation, 'sharing');
    await sharing.expectOk('PUT', '/payment-providers/STRIPE/connection', { credentials: { secretKey: owner.stripeKey } });
    await sharing.expectOk('POST', '/customers?autoCreateCustomerInStripe=true', { customerId: 'own', customerName: 'Own' });
    const { paymentMethodId } = owner.objects;
    expect(await sharing.call('DELETE', `/customers/own/payment-methods/${paymentMethodId}`)).toMatchObject({ status: 404, body: { code: 'payment_method_not_found' } });
    expect(await sharing.call('POST', `/customers/own/payment-methods/${paymentMethodId}/default`)).toMatchObject({ status: 404, body: { code: 'payment_method_not_found' } });
    expect(await owner.expectOk('GET', `/customers/${owner.objects.customerId}/payment-methods`)).toMatchObject([{ id: paymentMethodId, isDefault: true }]);
  });

  it('takes a webhook only with the secret of the connection in its address', async () => {
    await owner.expectOk('PUT', '/payment-providers/STRIPE/connection', { credentials: { webhookSecret: 'whsec_of_the_owner' } });
    await intruder.expectOk('PUT', '/payment-providers/STRIPE/connection', { credentials: { webhookSecret: 'whsec_of_the_intruder' } });
    const address = `/webhooks/stripe/${owner.objects.connectionId}`;
    const event = JSON.stringify({ id: 'evt_1', object: 'event', type: 'customer.updated', created: NOW_IN_SECONDS, data: { object: { id: owner.objects.providerCustomerId, object: 'customer' } } });
    const deliver = (secret: string, body = event): Promise<HttpAnswer> => intruder.call('POST', address, body, { 'Stripe-Signature': signature(secret, event) });
    expect(await deliver('whsec_of_the_intruder')).toMatchObject({ status: 400, body: { code: 'invalid_webhook_signature' } });
    expect(await deliver('whsec_of_the_owner', event.replace('evt_1', 'evt_2'))).toMatchObject({ status: 400, body: { code: 'invalid_webhook_signature' } });
    expect(await deliver('whsec_of_the_owner')).toMatchObject({ status: 200, body: { received: true } });
    expect(await deliver('whsec_of_the_owner')).toMatchObject({ status: 200, body: { received: false } });
    expect(await intruder.call('POST', '/webhooks/stripe/con_nobodys', event, { 'Stripe-Signature': signature('whsec_of_the_owner', event) })).toMatchObject({ status: 404 });
  });
});

function send(caller: HttpCaller, operation: ApiOperation, { path = {}, query = {}, body }: NamingRequest): Promise<HttpAnswer> {
  const search = new URLSearchParams(query).toString();
  return caller.call(operation.method, `${pathOf(operation, path)}${search === '' ? '' : `?${search}`}`, body);
}

async function withMoneyBack(application: TestApplication, account: FurnishedAccount, mark: string): Promise<TestedAccount> {
  const { accountId, connectionId, customerId, invoiceId } = account.objects;
  const disputeId = `dsp_${invoiceId.slice(4)}`;
  await application.app.get(DatabasePool).query(
    `insert into dispute (id, account_id, connection_id, customer_id, invoice_id, provider_name, provider_dispute_id, provider_payment_id, kind, status, provider_status,
       reason, amount, currency, amount_withdrawn, is_method_frozen, provider_create_time, observed_at, create_time, update_time)
     values ($1, $2, $3, $4, $5, 'STRIPE', 'du_' || $1, 'pi_1', 'dispute', 'open', 'needs_response', 'fraudulent', 700, 'USD', 700, false, 1, 1, 1, 1)`,
    [disputeId, accountId, connectionId, customerId, invoiceId],
  );
  const returned = await insertReturnedMoney(application.app.get(DatabasePool), account.objects, mark);
  return Object.assign(account, { objects: { ...account.objects, ...returned, disputeId } });
}

/** Ids of the same form and length that nobody has. */
function nobodys(objects: NamedObjects): NamedObjects {
  const entries = Object.entries(objects).map(([name, id]: [string, string]) => [name, id.startsWith(MARK) ? id.replace(MARK, 'none') : `${id.slice(0, -6)}000000`]);
  return Object.fromEntries(entries) as unknown as NamedObjects;
}

/** The answer without what differs by nature: the request's id, the echoed ids, and the moment. */
function neutral({ status, headers, text }: HttpAnswer, named: AccountObjects): object {
  const echoed = Object.entries(named).reduce((rest, [name, id]: [string, string]) => rest.replaceAll(id, `<${name}>`), text);
  const own = [...headers].filter(([name]) => name !== 'x-request-id' && name !== 'date' && name !== 'content-length');
  return { status, headers: Object.fromEntries(own), text: echoed.replace(/"requestId":"[^"]+"/, '"requestId":"…"') };
}

/** Everything the owner can read of what the intruder tried to touch. */
async function stateOf(account: TestedAccount): Promise<unknown> {
  const { accountId, customerId, meterId, productItemId, priceId, planId, assignmentId, pendingChargeId, promotionId, couponId, customerDiscountId, commitmentId, invoiceId, disputeId, refundId, creditNoteId, duplicateId, taxRateId, correctionId, mailId } = account.objects;
  const paths = [
    ...[`/accounts/${accountId}`, '/api-keys', `/customers/${customerId}`, `/customers/${customerId}/payment-methods`, `/meters/${meterId}`],
    ...[`/pending-charges/${pendingChargeId}`, `/promotions/${promotionId}`, `/coupons/${couponId}`, `/customer-discounts/${customerDiscountId}`, `/commitments/${commitmentId}`],
    ...[`/product-items/${productItemId}`, `/prices/${priceId}`, `/plans/${planId}`, `/assignments/${assignmentId}`, `/invoices/${invoiceId}`, `/tax-rates/${taxRateId}`, '/tax-defaults', '/exchange-rates', `/customers/${customerId}/tax`, `/product-items/${productItemId}/tax`, `/disputes/${disputeId}`, `/refunds/${refundId}`, `/credit-notes/${creditNoteId}`, `/payments/duplicates/${duplicateId}`, `/mails/${mailId}`],
    `/usage-corrections/${correctionId}`,
  ];
  return Promise.all(paths.map((path) => account.expectOk('GET', path)));
}

async function usageOf(account: HttpCaller, meterApiName: string): Promise<number> {
  const { clientMeters } = await account.expectOk<{ clientMeters: { groupValue: number }[] }>('POST', '/usage', { meterApiName, timeGroupingInterval: 'day', timeRange });
  return clientMeters.reduce((sum, { groupValue }) => sum + groupValue, 0);
}

function signature(secret: string, payload: string): string {
  return `t=${NOW_IN_SECONDS},v1=${createHmac('sha256', secret).update(`${NOW_IN_SECONDS}.${payload}`).digest('hex')}`;
}
