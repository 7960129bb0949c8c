/** What a Nest application needs of the platform to run our features; HTTP is not part of it. */
export { AccountClock, ProcessClock, SystemClock } from './clock/clock.js';
export { Database, DatabasePool, type Transaction } from './database/database.js';
export { migrateDatabase } from './database/migrate.js';
export { WorkerLoops, type WorkerLoop } from './jobs/worker-loops.js';
export { Outbox, type DomainEvent } from './outbox/outbox.js';
export { PlatformModule } from './platform.module.js';
export type { PlatformOptions } from './platform-options.js';
