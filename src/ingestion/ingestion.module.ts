import { MikroOrmModule } from '@mikro-orm/nestjs';
import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { MeteringModule } from '../metering/metering.module.js';
import { UnmatchedUsage } from './findings/unmatched-usage.entity.js';
import { UsageFindings } from './findings/usage-findings.js';
import { UsageFindingsLoop } from './findings/usage-findings.loop.js';
import { IngestionService } from './ingestion.service.js';

@Module({
  imports: [MikroOrmModule.forFeature([UnmatchedUsage]), AccountsModule, MeteringModule],
  providers: [IngestionService, UsageFindings, UsageFindingsLoop],
  exports: [IngestionService, UsageFindings],
})
export class IngestionModule {}
