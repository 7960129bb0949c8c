import { Module } from '@nestjs/common';
import { AccountsController } from './accounts.controller.js';
import { AccountsModule } from './accounts.module.js';
import { ApiKeysController } from './api-keys.controller.js';
import { TestClockController } from './test-clock.controller.js';

@Module({ imports: [AccountsModule], controllers: [AccountsController, ApiKeysController, TestClockController] })
export class AccountsHttpModule {}
