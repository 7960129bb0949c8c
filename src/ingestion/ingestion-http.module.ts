import { Module } from '@nestjs/common';
import { UsageFindingsController } from './findings/usage-findings.controller.js';
import { IngestionController } from './ingestion.controller.js';
import { IngestionModule } from './ingestion.module.js';

@Module({
  imports: [IngestionModule],
  controllers: [IngestionController, UsageFindingsController],
})
export class IngestionHttpModule {}
