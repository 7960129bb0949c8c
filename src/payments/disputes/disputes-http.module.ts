import { Module } from '@nestjs/common';
import { DisputesController } from './disputes.controller.js';
import { DisputesModule } from './disputes.module.js';

@Module({ imports: [DisputesModule], controllers: [DisputesController] })
export class DisputesHttpModule {}
