import { Injectable, Module, type DynamicModule } from '@nestjs/common';
import { PaymentProviderModule } from '@tollkeeper/payment-provider';
import { AccountsModule, AccountsService, type Account } from '../../../src/accounts/index.js';
import { CatalogModule, PlansService, PricesService, ProductItemsService } from '../../../src/catalog/index.js';
import { CustomersModule, CustomersService, type CustomerWithLink } from '../../../src/customers/index.js';
import { IngestionModule, IngestionService } from '../../../src/ingestion/index.js';
import { InvoicesModule, InvoicesService, type InvoiceView } from '../../../src/invoices/index.js';
import { MeteringModule, MetersService } from '../../../src/metering/index.js';
import { ConnectionSetup, PaymentConnectionsModule } from '../../../src/payment-connections/index.js';
import { Database, PlatformModule, type PlatformOptions } from '../../../src/platform/index.js';

/** Somebody else's set-up of what they sell, over our services. */
@Injectable()
export class ForeignCatalog {
  constructor(
    private readonly meters: MetersService,
    private readonly items: ProductItemsService,
    private readonly prices: PricesService,
    private readonly plans: PlansService,
  ) {}

  /** 5.00 EUR a month and 0.20 EUR a gigabyte; every new customer starts on it. */
  async fill(accountId: string): Promise<void> {
    await this.meters.create(accountId, { meterApiName: 'gigabytes', label: 'Gigabytes', aggregation: 'sum' });
    const item = await this.items.create(accountId, { productItemName: 'Storage', meterApiName: 'gigabytes' });
    const { price } = await this.prices.create(accountId, { productItemId: item.id, priceName: 'storage', currency: 'EUR', model: { model: 'per_unit', unitPrice: '0.20' } });
    await this.plans.create(accountId, { planName: 'Storage', currency: 'EUR', billingPeriod: { interval: 'month' }, baseFeeAmount: 500n, priceIds: [price.id], isDefault: true });
  }
}

/** Somebody else's billing code: everything it does goes through exported services. */
@Injectable()
export class ForeignBilling {
  constructor(
    private readonly database: Database,
    private readonly accounts: AccountsService,
    private readonly connections: ConnectionSetup,
    private readonly customers: CustomersService,
    private readonly ingestion: IngestionService,
    private readonly invoices: InvoicesService,
  ) {}

  async openAccount(secretKey: string): Promise<Account> {
    const account = await this.database.transaction(async (tx) => this.accounts.create(tx, { name: 'Storage Ltd', mode: 'test', defaultPaymentProviderName: 'STRIPE', gracePeriodInHours: 0 }));
    await this.connections.save(account.id, 'STRIPE', { credentials: { secretKey }, settings: { sending: 'automatic' } });
    return account;
  }

  enrol(accountId: string, customerId: string): Promise<CustomerWithLink> {
    return this.customers.create(accountId, { customerId, customerName: customerId }, { inProvider: true });
  }

  async used(accountId: string, customerId: string, gigabytes: string, meterTimeInMillis: number): Promise<void> {
    await this.ingestion.ingest(accountId, [{ customerId, meterApiName: 'gigabytes', meterValue: gigabytes, meterTimeInMillis, uniqueId: `${customerId}-${meterTimeInMillis}` }]);
  }

  async invoice(accountId: string, customerId: string): Promise<InvoiceView> {
    const [first] = await this.invoices.list(accountId, { customerId }, 1, null);
    if (!first) throw new Error(`No invoice for ${customerId}.`);
    return this.invoices.get(accountId, first.id);
  }
}

/** Our features in somebody else's application: platform with typed options, the modules wanted, one provider. No HTTP of ours. */
@Module({})
export class ForeignBillingModule {
  static with(options: PlatformOptions, provider: DynamicModule): DynamicModule {
    return {
      module: ForeignBillingModule,
      imports: [
        PlatformModule.forRoot(options),
        PaymentProviderModule,
        provider,
        ...[AccountsModule, PaymentConnectionsModule, CustomersModule, MeteringModule, CatalogModule, IngestionModule, InvoicesModule],
      ],
      providers: [ForeignCatalog, ForeignBilling],
    };
  }
}
