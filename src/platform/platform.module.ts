import { Global, Module, type DynamicModule } from '@nestjs/common';
import { ProcessClock, SystemClock } from './clock/clock.js';
import { DatabaseModule } from './database/database.module.js';
import { Installation } from './installation/installation.js';
import { DueWork } from './jobs/due-work.js';
import { Wakeups } from './jobs/wakeups.js';
import { WorkerLoops } from './jobs/worker-loops.js';
import { ObjectLeases } from './leases/object-leases.js';
import { Metrics } from './metrics/metrics.js';
import { Outbox } from './outbox/outbox.js';
import { PlatformOptions } from './platform-options.js';
import { Stopping } from './process-lifetime/stopping.js';
import { SecretBox } from './secrets/secret-box.js';

/** Everything technical that features share, without HTTP: database, clocks, jobs, leases, outbox, encryption. */
@Global()
@Module({})
export class PlatformModule {
  static forRoot(options: PlatformOptions): DynamicModule {
    return {
      module: PlatformModule,
      imports: [DatabaseModule.forRoot(options)],
      providers: [
        { provide: PlatformOptions, useValue: options },
        { provide: ProcessClock, useValue: options.processClock ?? new SystemClock() },
        { provide: SecretBox, useValue: new SecretBox(options.encryptionKey) },
        Metrics,
        Installation,
        ObjectLeases,
        Stopping,
        Wakeups,
        WorkerLoops,
        DueWork,
        Outbox,
      ],
      exports: [PlatformOptions, ProcessClock, SecretBox, Metrics, Installation, ObjectLeases, Stopping, Wakeups, WorkerLoops, DueWork, Outbox],
    };
  }
}
