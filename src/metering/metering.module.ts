import { MikroOrmModule } from '@mikro-orm/nestjs';
import { Module } from '@nestjs/common';
import { PostgresUsageStore, UsageStore } from '@tollkeeper/usage-store';
import { AccountsModule } from '../accounts/accounts.module.js';
import { DatabasePool } from '../platform/database/database.js';
import { MeterEvents } from './meter.events.js';
import { Meter } from './meter.entity.js';
import { MetersRepository } from './meters.repository.js';
import { MetersService } from './meters.service.js';
import { UsageNeeds } from './retention/usage-needs.js';
import { UsageRetention } from './retention/usage-retention.js';
import { UsageRetentionLoop } from './retention/usage-retention.loop.js';
import { UnitCost } from './unit-costs/unit-cost.entity.js';
import { UnitCosts } from './unit-costs/unit-costs.service.js';
import { UsageEventsService } from './usage-events.service.js';
import { UsageExportService } from './usage-export.service.js';
import { UsageRollupLoop } from './usage-rollup.loop.js';
import { UsageService } from './usage.service.js';

/** Meters, usage queries, and the usage store that ingestion and charges share. */
@Module({
  imports: [MikroOrmModule.forFeature([Meter, UnitCost]), AccountsModule],
  providers: [
    { provide: UsageStore, useFactory: (pool: DatabasePool) => new PostgresUsageStore(pool), inject: [DatabasePool] },
    MetersRepository,
    MeterEvents,
    MetersService,
    UnitCosts,
    UsageService,
    UsageEventsService,
    UsageExportService,
    UsageRollupLoop,
    UsageNeeds,
    UsageRetention,
    UsageRetentionLoop,
  ],
  exports: [UsageStore, MetersService, UnitCosts, UsageService, UsageEventsService, UsageExportService, UsageNeeds, UsageRetention],
})
export class MeteringModule {}
