import { Module } from '@nestjs/common';
import { MeteringModule } from './metering.module.js';
import { MetersController } from './meters.controller.js';
import { UnitCostsController } from './unit-costs/unit-costs.controller.js';
import { UsageEventsController } from './usage-events.controller.js';
import { UsageExportController } from './usage-export.controller.js';
import { UsageAmendmentsController } from './usage-amendments.controller.js';
import { UsageController } from './usage.controller.js';

@Module({ imports: [MeteringModule], controllers: [MetersController, UnitCostsController, UsageController, UsageEventsController, UsageExportController, UsageAmendmentsController] })
export class MeteringHttpModule {}
