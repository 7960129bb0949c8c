import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { MeteringModule } from '../metering/metering.module.js';
import { IngestionService } from './ingestion.service.js';

@Module({
  imports: [AccountsModule, MeteringModule],
  providers: [IngestionService],
  exports: [IngestionService],
})
export class IngestionModule {}
