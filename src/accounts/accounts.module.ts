import { MikroOrmModule } from '@mikro-orm/nestjs';
import { Module } from '@nestjs/common';
import { PaymentProviderModule } from '@tollkeeper/payment-provider';
import { AccountClock } from '../platform/clock/clock.js';
import { KeyAuthenticator } from '../platform/http/principal.js';
import { AccountClockService } from './account-clock.service.js';
import { AccountClocksLoop } from './account-clocks.loop.js';
import { Account } from './account.entity.js';
import { AccountsService } from './accounts.service.js';
import { ApiKey } from './api-key.entity.js';
import { ApiKeysService } from './api-keys.service.js';
import { BootstrapService } from './bootstrap.service.js';
import { JobTriggers } from './job-triggers.js';

@Module({
  imports: [MikroOrmModule.forFeature([Account, ApiKey]), PaymentProviderModule],
  providers: [
    AccountsService,
    ApiKeysService,
    BootstrapService,
    JobTriggers,
    AccountClocksLoop,
    AccountClockService,
    { provide: AccountClock, useExisting: AccountClockService },
    { provide: KeyAuthenticator, useExisting: ApiKeysService },
  ],
  exports: [AccountsService, ApiKeysService, BootstrapService, AccountClockService, AccountClock, KeyAuthenticator],
})
export class AccountsModule {}
