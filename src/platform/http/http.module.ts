import { Module, type DynamicModule, type ModuleMetadata } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { Health } from '../health/health.js';
import { HealthController } from '../health/health.controller.js';
import { MetricsController } from '../metrics/metrics.controller.js';
import { AuthGuard } from './auth.guard.js';
import { IdempotencyInterceptor } from './idempotency.interceptor.js';
import { IdempotencyStore } from './idempotency.store.js';
import { ProblemFilter } from './problem.filter.js';
import { RequestValidationPipe } from './validation.js';

/** Our HTTP shell; applications that only import feature modules do without it. */
@Module({})
export class HttpModule {
  /** @param options.imports the module that exports a KeyAuthenticator: the shell asks who holds a key, accounts knows */
  static register(options: Required<Pick<ModuleMetadata, 'imports'>>): DynamicModule {
    return {
      module: HttpModule,
      imports: options.imports,
      controllers: [HealthController, MetricsController],
      providers: [
        Health,
        IdempotencyStore,
        { provide: APP_GUARD, useClass: AuthGuard },
        { provide: APP_INTERCEPTOR, useClass: IdempotencyInterceptor },
        { provide: APP_PIPE, useClass: RequestValidationPipe },
        { provide: APP_FILTER, useClass: ProblemFilter },
      ],
      exports: [Health],
    };
  }
}
