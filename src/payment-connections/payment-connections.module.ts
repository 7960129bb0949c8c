import { MikroOrmModule } from '@mikro-orm/nestjs';
import { Module } from '@nestjs/common';
import { PaymentProviderModule } from '@tollkeeper/payment-provider';
import { AccountsModule } from '../accounts/accounts.module.js';
import { ConnectionCheckLoop } from './connection-check.loop.js';
import { ConnectionFollowing } from './connection-following.js';
import { ConnectionSetup, ConnectionSetupPlatform } from './connection-setup.service.js';
import { ConnectionStore } from './connection-store.js';
import { ConnectionTester } from './connection-tester.js';
import { ConnectionUsage } from './connection-usage.js';
import { ConnectionVault } from './connection-vault.js';
import { PaymentConnection } from './payment-connection.entity.js';
import { PaymentConnectionRepository } from './payment-connection.repository.js';
import { PaymentConnectionEvents } from './payment-connections.events.js';
import { PaymentConnections } from './payment-connections.service.js';
import { WebhookReceivers } from './webhook-receivers.js';
import { WebhookSecretRotation } from './webhook-secret-rotation.js';

@Module({
  imports: [MikroOrmModule.forFeature([PaymentConnection]), PaymentProviderModule, AccountsModule],
  providers: [
    PaymentConnections,
    PaymentConnectionRepository,
    PaymentConnectionEvents,
    ConnectionSetup,
    ConnectionSetupPlatform,
    ConnectionStore,
    ConnectionTester,
    ConnectionUsage,
    ConnectionFollowing,
    ConnectionVault,
    ConnectionCheckLoop,
    WebhookReceivers,
    WebhookSecretRotation,
  ],
  exports: [PaymentConnections, WebhookReceivers, WebhookSecretRotation, ConnectionSetup, ConnectionUsage, ConnectionFollowing, ConnectionVault, PaymentProviderModule],
})
export class PaymentConnectionsModule {}
