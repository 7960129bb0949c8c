import { Module } from '@nestjs/common';
import { UsageCorrectionsController } from './usage-corrections.controller.js';
import { CorrectionsModule } from './corrections.module.js';

@Module({ imports: [CorrectionsModule], controllers: [UsageCorrectionsController] })
export class CorrectionsHttpModule {}
