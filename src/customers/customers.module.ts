import { MikroOrmModule } from '@mikro-orm/nestjs';
import { Module, type OnModuleInit } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { ConnectionUsage } from '../payment-connections/connection-usage.js';
import { PaymentConnectionsModule } from '../payment-connections/payment-connections.module.js';
import { ProviderIntentsModule } from '../provider-intents/provider-intents.module.js';
import { CreateCustomerHandler } from './create-customer.handler.js';
import { CustomerChanges } from './customer-changes.js';
import { CustomerCurrencies } from './customer-currencies.js';
import { CustomerDeletion } from './customer-deletion.service.js';
import { CustomerDeletionGuards } from './customer-deletion-guards.js';
import { CustomerLink } from './customer-link.entity.js';
import { CustomerLinkRepository } from './customer-link.repository.js';
import { LinkState } from './customer-link-state.js';
import { CustomerLinking } from './customer-linking.service.js';
import { CustomerLinks } from './customer-links.service.js';
import { CustomerRecords } from './customer-records.js';
import { Customer } from './customer.entity.js';
import { CustomerRepository } from './customer.repository.js';
import { CustomerEvents } from './customers.events.js';
import { CustomersService } from './customers.service.js';
import { LinkCheckLoop, LinkCheckRepositories, LinkCheckWork } from './link-check.loop.js';
import { LinkPreparation } from './link-preparation.js';
import { ProviderCustomerCheck } from './provider-customer-check.js';
import { ProviderSwitch } from './provider-switch/provider-switch.entity.js';
import { ProviderSwitchEvents } from './provider-switch/provider-switch.events.js';
import { ProviderSwitchRepository } from './provider-switch/provider-switch.repository.js';
import { ProviderSwitchWork } from './provider-switch/provider-switch.work.js';
import { ProviderSwitches } from './provider-switch/provider-switches.service.js';
import { SwitchExecution } from './provider-switch/switch-execution.js';
import { SwitchPlatform } from './provider-switch/switch-platform.js';
import { SwitchTarget } from './provider-switch/switch-target.js';
import { CustomerSuspensions } from './suspensions/customer-suspensions.js';
import { UpdateCustomerHandler } from './update-customer.handler.js';

@Module({
  imports: [MikroOrmModule.forFeature([Customer, CustomerLink, ProviderSwitch]), AccountsModule, PaymentConnectionsModule, ProviderIntentsModule],
  providers: [
    CustomersService,
    CustomerLinks,
    CustomerCurrencies,
    CustomerDeletionGuards,
    CustomerDeletion,
    CustomerRecords,
    CustomerChanges,
    CustomerEvents,
    CustomerRepository,
    CustomerLinkRepository,
    CustomerLinking,
    LinkState,
    LinkPreparation,
    LinkCheckLoop,
    LinkCheckWork,
    LinkCheckRepositories,
    ProviderCustomerCheck,
    CreateCustomerHandler,
    UpdateCustomerHandler,
    ProviderSwitches,
    ProviderSwitchRepository,
    ProviderSwitchEvents,
    ProviderSwitchWork,
    SwitchExecution,
    SwitchPlatform,
    SwitchTarget,
    CustomerSuspensions,
  ],
  exports: [CustomerCurrencies, CustomerDeletion, CustomerLinkRepository, CustomerSuspensions, CustomerLinking, CustomerRepository, CustomersService, ProviderSwitches, CustomerLinks, CustomerDeletionGuards],
})
export class CustomersModule implements OnModuleInit {
  constructor(
    private readonly usage: ConnectionUsage,
    private readonly links: CustomerLinkRepository,
  ) {}

  onModuleInit(): void {
    this.usage.register(async (tx, connectionId) => [{ what: 'linked customers', count: await this.links.countCurrentOf(tx, connectionId) }]);
  }
}
