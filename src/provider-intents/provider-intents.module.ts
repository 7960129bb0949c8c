import { MikroOrmModule } from '@mikro-orm/nestjs';
import { Module } from '@nestjs/common';
import { PaymentConnectionsModule } from '../payment-connections/payment-connections.module.js';
import { AdoptableObjects } from './adoptable-objects.js';
import { IntentGate } from './intent-gate.js';
import { IntentHandlers } from './intent-handlers.js';
import { IntentMetrics } from './intent-metrics.js';
import { IntentOutcomes } from './intent-outcomes.js';
import { IntentPlatform } from './intent-platform.js';
import { IntentRecheckLoop } from './intent-recheck.loop.js';
import { IntentRecords } from './intent-records.js';
import { IntentResolution } from './intent-resolution.service.js';
import { IntentRunner } from './intent-runner.js';
import { ObjectRefetches } from './object-refetches.js';
import { ProviderGateway } from './provider-gateway.js';
import { ProviderIntent } from './provider-intent.entity.js';
import { ProviderIntentRepository } from './provider-intent.repository.js';
import { BudgetMetrics } from './rate-budget/budget-metrics.js';
import { BudgetRepository } from './rate-budget/budget.repository.js';
import { RateBudget } from './rate-budget/rate-budget.js';
import { RequestPace } from './rate-budget/request-pace.js';
import { ProviderIntents } from './provider-intents.service.js';
import { RecordedObjects } from './recorded-objects.js';

@Module({
  imports: [MikroOrmModule.forFeature([ProviderIntent]), PaymentConnectionsModule],
  providers: [ProviderIntents, IntentPlatform, IntentHandlers, IntentOutcomes, RecordedObjects, IntentRecords, IntentGate, AdoptableObjects, IntentRunner, IntentResolution, IntentMetrics, IntentRecheckLoop, ProviderGateway, ProviderIntentRepository, ObjectRefetches, BudgetRepository, BudgetMetrics, RateBudget, RequestPace],
  exports: [BudgetRepository, RequestPace, RecordedObjects, IntentResolution, ObjectRefetches, ProviderIntents, ProviderGateway, AdoptableObjects],
})
export class ProviderIntentsModule {}
