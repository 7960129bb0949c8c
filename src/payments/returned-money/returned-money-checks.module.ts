import { MikroOrmModule } from '@mikro-orm/nestjs';
import { Module } from '@nestjs/common';
import { ReturnedMoneyCheck } from './returned-money-check.entity.js';
import { ReturnedMoneyChecks } from './returned-money-checks.js';

/** Which invoices have to be looked at; those who notice something need no more than this. */
@Module({ imports: [MikroOrmModule.forFeature([ReturnedMoneyCheck])], providers: [ReturnedMoneyChecks], exports: [ReturnedMoneyChecks] })
export class ReturnedMoneyChecksModule {}
