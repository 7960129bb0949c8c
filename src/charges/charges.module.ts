import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { MeteringModule } from '../metering/metering.module.js';
import { ChargesService } from './charges.service.js';

@Module({
  imports: [AccountsModule, MeteringModule],
  providers: [ChargesService],
  exports: [ChargesService],
})
export class ChargesModule {}
