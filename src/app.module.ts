import { Module, type DynamicModule } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { AccountsHttpModule } from './accounts/accounts-http.module.js';
import { AccountsModule } from './accounts/accounts.module.js';
import { CatalogHttpModule } from './catalog/catalog-http.module.js';
import { CorrectionsHttpModule } from './corrections/corrections-http.module.js';
import { CustomersHttpModule } from './customers/customers-http.module.js';
import { DiscountsHttpModule } from './discounts/discounts-http.module.js';
import { CostsHttpModule } from './costs/costs-http.module.js';
import { FinanceHttpModule } from './finance/finance-http.module.js';
import { IngestionHttpModule } from './ingestion/ingestion-http.module.js';
import { InvoicesHttpModule } from './invoices/invoices-http.module.js';
import { MailsHttpModule } from './mails/mails-http.module.js';
import { MeteringHttpModule } from './metering/metering-http.module.js';
import { NotificationsHttpModule } from './notifications/notifications-http.module.js';
import { PaymentConnectionsHttpModule } from './payment-connections/payment-connections-http.module.js';
import { paymentProviders, type Settings } from './payment-providers.js';
import { PaymentsHttpModule } from './payments/payments-http.module.js';
import { HttpModule } from './platform/http/http.module.js';
import type { PlatformOptions } from './platform/platform-options.js';
import { PlatformModule } from './platform/platform.module.js';
import { ProviderIntentsHttpModule } from './provider-intents/provider-intents-http.module.js';
import { ReferenceApiHttpModule } from './reference-api/reference-api-http.module.js';
import { TaxesHttpModule } from './taxes/taxes-http.module.js';

export interface AppOptions {
  readonly platform: PlatformOptions;
  readonly settings: Settings;
  /** Providers to register; the list of payment-providers.ts unless a test adds one. */
  readonly paymentProviders?: DynamicModule[];
}

/** The composition root: platform, features, providers. */
@Module({})
export class AppModule {
  static forRoot(options: AppOptions): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.forRoot({ isGlobal: true, ignoreEnvFile: true, ignoreEnvVars: true, skipProcessEnv: true, load: [() => ({ ...options.settings })] }),
        PlatformModule.forRoot(options.platform),
        HttpModule.register({ imports: [AccountsModule] }),
        ...(options.paymentProviders ?? paymentProviders),
        AccountsHttpModule,
        PaymentConnectionsHttpModule,
        ProviderIntentsHttpModule,
        CustomersHttpModule,
        MeteringHttpModule,
        CatalogHttpModule,
        IngestionHttpModule,
        TaxesHttpModule,
        DiscountsHttpModule,
        InvoicesHttpModule,
        CorrectionsHttpModule,
        PaymentsHttpModule,
        FinanceHttpModule,
        CostsHttpModule,
        MailsHttpModule,
        NotificationsHttpModule,
        ReferenceApiHttpModule,
      ],
    };
  }
}
