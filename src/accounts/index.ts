export { AccountClockService, type TestClock } from './account-clock.service.js';
export type { Account, AccountMode } from './account.entity.js';
export { AccountsModule } from './accounts.module.js';
export { AccountsService, type AccountInput } from './accounts.service.js';
