import { MikroOrmModule } from '@mikro-orm/nestjs';
import { Module } from '@nestjs/common';
import { PaymentProviderModule } from '@tollkeeper/payment-provider';
import { AccountsModule } from '../accounts/accounts.module.js';
import { CustomersModule } from '../customers/customers.module.js';
import { InvoicesModule } from '../invoices/invoices.module.js';
import { PaymentConnectionsModule } from '../payment-connections/payment-connections.module.js';
import { ProviderIntentsModule } from '../provider-intents/provider-intents.module.js';
import { CatchUpLoop } from './catch-up/catch-up.loop.js';
import { EventCursor } from './catch-up/event-cursor.entity.js';
import { EventCursors } from './catch-up/event-cursors.js';
import { EventListReader } from './catch-up/event-list.reader.js';
import { FollowingProgress } from './catch-up/following-progress.js';
import { SandboxClocks } from './catch-up/sandbox-clocks.js';
import { DisputesModule } from './disputes/disputes.module.js';
import { CustomerEventHandler } from './inbox/customer-event.handler.js';
import { DefaultPaymentMethod } from './inbox/default-payment-method.js';
import { DisputeEventHandler } from './inbox/dispute-event.handler.js';
import { EventDispatch } from './inbox/event-dispatch.js';
import { ForeignEvents } from './inbox/foreign-events.js';
import { InboxClaims } from './inbox/inbox-claims.js';
import { InboxEntry } from './inbox/inbox-entry.entity.js';
import { InboxMetrics } from './inbox/inbox-metrics.js';
import { InboxSettlements } from './inbox/inbox-settlements.js';
import { InboxLoop } from './inbox/inbox.loop.js';
import { InboxStore } from './inbox/inbox.store.js';
import { InvoiceEventHandler } from './inbox/invoice-event.handler.js';
import { SecretMatches } from './inbox/secret-matches.js';
import { WebhookBodyPurgeLoop } from './inbox/webhook-body-purge.loop.js';
import { WebhookIntakeService } from './inbox/webhook-intake.service.js';
import { InvoiceJanitor } from './janitor/invoice.janitor.js';
import { JanitorModule } from './janitor/janitor.module.js';
import { PaymentMethodSetupJanitor } from './janitor/payment-method-setup.janitor.js';
import { PaymentMethodsModule } from './payment-methods/payment-methods.module.js';
import { ReturnedMoneyModule } from './returned-money/returned-money.module.js';
import { WebhookEndpointsModule } from './webhook-endpoints/webhook-endpoints.module.js';

@Module({
  imports: [
    MikroOrmModule.forFeature([InboxEntry, EventCursor]),
    AccountsModule,
    PaymentProviderModule,
    PaymentConnectionsModule,
    ProviderIntentsModule,
    CustomersModule,
    InvoicesModule,
    JanitorModule,
    DisputesModule,
    PaymentMethodsModule,
    ReturnedMoneyModule,
    WebhookEndpointsModule,
  ],
  providers: [InboxStore, InboxClaims, InboxSettlements, InboxMetrics, SecretMatches, ForeignEvents, InboxLoop, EventDispatch, DefaultPaymentMethod, InvoiceEventHandler, CustomerEventHandler, DisputeEventHandler, WebhookIntakeService, WebhookBodyPurgeLoop, InvoiceJanitor, PaymentMethodSetupJanitor, EventCursors, EventListReader, SandboxClocks, FollowingProgress, CatchUpLoop],
  exports: [WebhookIntakeService, InboxStore, EventListReader],
})
export class PaymentsModule {}
