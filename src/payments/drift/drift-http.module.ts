import { Module } from '@nestjs/common';
import { DriftController } from './drift.controller.js';
import { DriftModule } from './drift.module.js';

@Module({ imports: [DriftModule], controllers: [DriftController] })
export class DriftHttpModule {}
