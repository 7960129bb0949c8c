import { MikroOrmModule } from '@mikro-orm/nestjs';
import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { CustomersModule } from '../customers/customers.module.js';
import { AssignmentChange } from './assignment-change.entity.js';
import { AssignmentChangesRepository } from './assignment-changes.repository.js';
import { AssignmentChangesService } from './assignment-changes.service.js';
import { AssignmentDays } from './assignment-days.js';
import { AssignmentGuards } from './assignment-guards.js';
import { AssignmentRecords } from './assignment-records.js';
import { Assignment } from './assignment.entity.js';
import { AssignmentsRepository } from './assignments.repository.js';
import { AssignmentsService } from './assignments.service.js';
import { CatalogSubscriptions } from './catalog-subscriptions.js';
import { CatalogEvents } from './catalog.events.js';
import { CatalogRepository } from './catalog.repository.js';
import { PlanPrice } from './plan-price.entity.js';
import { Plan } from './plan.entity.js';
import { CustomerLeaving } from './customer-leaving.js';
import { PlanSuccession } from './plan-succession.js';
import { PlanChangesService } from './plan-changes.service.js';
import { PlansService } from './plans.service.js';
import { PriceOverride } from './price-overrides/price-override.entity.js';
import { PriceOverridesRepository } from './price-overrides/price-overrides.repository.js';
import { PriceOverridesService } from './price-overrides/price-overrides.service.js';
import { PriceVersionGuards } from './price-version-guards.js';
import { PriceVersion } from './price-version.entity.js';
import { PriceVersionsService } from './price-versions.service.js';
import { Price } from './price.entity.js';
import { PricesService } from './prices.service.js';
import { ProductItem } from './product-item.entity.js';
import { ProposedPrices } from './proposed-prices.service.js';
import { ProductItemsService } from './product-items.service.js';

@Module({
  imports: [MikroOrmModule.forFeature([ProductItem, Price, PriceVersion, Plan, PlanPrice, Assignment, AssignmentChange, PriceOverride]), AccountsModule, CustomersModule],
  providers: [
    CatalogRepository,
    AssignmentsRepository,
    CatalogEvents,
    AssignmentDays,
    ProductItemsService,
    PriceVersionGuards,
    PricesService,
    PriceVersionsService,
    PlansService,
    ProposedPrices,
    PlanChangesService,
    AssignmentGuards,
    PriceOverridesRepository,
    PriceOverridesService,
    AssignmentRecords,
    AssignmentChangesRepository,
    AssignmentsService,
    AssignmentChangesService,
    PlanSuccession,
    CustomerLeaving,
    CatalogSubscriptions,
  ],
  exports: [ProductItemsService, ProposedPrices, PricesService, PriceVersionsService, PriceVersionGuards, PlansService, PlanChangesService, AssignmentGuards, PriceOverridesRepository, PriceOverridesService, AssignmentsService, AssignmentChangesService, PlanSuccession, AssignmentDays],
})
export class CatalogModule {}
