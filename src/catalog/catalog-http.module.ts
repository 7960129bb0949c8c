import { Module } from '@nestjs/common';
import { AssignmentChangesController } from './assignment-changes.controller.js';
import { AssignmentsController } from './assignments.controller.js';
import { CatalogModule } from './catalog.module.js';
import { PlansController } from './plans.controller.js';
import { PriceVersionsController } from './price-versions.controller.js';
import { PriceOverridesController } from './price-overrides.controller.js';
import { PricesController } from './prices.controller.js';
import { ProductItemsController } from './product-items.controller.js';

@Module({ imports: [CatalogModule], controllers: [ProductItemsController, PricesController, PriceVersionsController, PlansController, AssignmentsController, AssignmentChangesController, PriceOverridesController] })
export class CatalogHttpModule {}
