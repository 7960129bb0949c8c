import { Module } from '@nestjs/common';
import { IngestionController } from './ingestion.controller.js';
import { IngestionModule } from './ingestion.module.js';

@Module({
  imports: [IngestionModule],
  controllers: [IngestionController],
})
export class IngestionHttpModule {}
