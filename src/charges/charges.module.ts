import { Module } from '@nestjs/common';
import { MeteringModule } from '../metering/metering.module.js';
import { ChargesService } from './charges.service.js';

@Module({
  imports: [MeteringModule],
  providers: [ChargesService],
  exports: [ChargesService],
})
export class ChargesModule {}
