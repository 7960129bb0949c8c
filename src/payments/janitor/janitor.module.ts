import { Module } from '@nestjs/common';
import { PaymentConnectionsModule } from '../../payment-connections/payment-connections.module.js';
import { Janitor } from './janitor.js';
import { JanitorLoop } from './janitor.loop.js';
import { JanitorSources } from './janitor-sources.js';
import { ProviderChecksRepository } from './provider-checks.repository.js';

/** Knows no kind itself: each feature imports it and registers what it has that may be unsettled. */
@Module({
  imports: [PaymentConnectionsModule],
  providers: [JanitorSources, ProviderChecksRepository, Janitor, JanitorLoop],
  exports: [JanitorSources, ProviderChecksRepository, Janitor],
})
export class JanitorModule {}
