import { Module } from '@nestjs/common';
import { CostsModule } from './costs.module.js';
import { MarginsController } from './margins.controller.js';
import { UsageCostController } from './usage-cost.controller.js';

@Module({ imports: [CostsModule], controllers: [UsageCostController, MarginsController] })
export class CostsHttpModule {}
