import { Module } from '@nestjs/common';
import { PaymentProviderModule } from '@tollkeeper/payment-provider';
import { CustomersModule } from '../../customers/customers.module.js';
import { InvoicesModule } from '../../invoices/invoices.module.js';
import { PaymentConnectionsModule } from '../../payment-connections/payment-connections.module.js';
import { ProviderIntentsModule } from '../../provider-intents/provider-intents.module.js';
import { ProviderListing } from '../listing/provider-listing.js';
import { CustomerRelinking } from './customer-relinking.js';
import { DriftComparison } from './drift-comparison.js';
import { DriftLooks } from './drift-look.js';
import { DriftOwn } from './drift-own.js';
import { DriftPages } from './drift-pages.js';
import { DriftPlatform } from './drift-platform.js';
import { DriftRepair } from './drift-repair.js';
import { DriftRunsStore } from './drift-runs.store.js';
import { DriftWakeups } from './drift-wakeups.js';
import { DriftLoop } from './drift.loop.js';
import { DriftService } from './drift.service.js';
import { DriftStore } from './drift.store.js';
import { EndedConnections } from './ended-connections.js';
import { OverdueDrift } from './overdue-drift.js';

@Module({
  imports: [PaymentProviderModule, PaymentConnectionsModule, ProviderIntentsModule, CustomersModule, InvoicesModule],
  providers: [ProviderListing, DriftStore, DriftRunsStore, DriftOwn, DriftPages, DriftLooks, DriftComparison, DriftPlatform, OverdueDrift, EndedConnections, DriftLoop, CustomerRelinking, DriftRepair, DriftWakeups, DriftService],
  exports: [DriftService],
})
export class DriftModule {}
