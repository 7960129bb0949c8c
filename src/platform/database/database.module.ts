import { Global, Inject, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { MikroOrmModule } from '@mikro-orm/nestjs';
import { PostgreSqlDriver } from '@mikro-orm/postgresql';
import { Database, DatabasePool } from './database.js';

export interface DatabaseOptions {
  /** postgres:// URL. Session features (advisory locks, LISTEN) are used: connect directly or through a session pool. */
  readonly databaseUrl: string;
  /** Connections of the ORM's pool; the plain pool has as many again. */
  readonly poolSize?: number;
}

const DEFAULT_POOL_SIZE = 10;

@Global()
@Module({})
export class DatabaseModule implements OnApplicationShutdown {
  readonly #pool: DatabasePool;

  constructor(@Inject(DatabasePool) pool: DatabasePool) {
    this.#pool = pool;
  }

  static forRoot(options: DatabaseOptions): DynamicModule {
    const size = options.poolSize ?? DEFAULT_POOL_SIZE;
    return {
      module: DatabaseModule,
      imports: [
        MikroOrmModule.forRootAsync({
          driver: PostgreSqlDriver,
          useFactory: () => ({
            driver: PostgreSqlDriver,
            clientUrl: options.databaseUrl,
            autoLoadEntities: true,
            allowGlobalContext: false,
            registerRequestContext: false,
            pool: { min: 0, max: size },
            discovery: { warnWhenNoEntities: false },
          }),
        }),
      ],
      providers: [
        Database,
        {
          provide: DatabasePool,
          useFactory: () => {
            const pool = new DatabasePool({ connectionString: options.databaseUrl, max: size });
            // An idle connection that dies would otherwise end the process; the next query opens a new one.
            pool.on('error', () => undefined);
            return pool;
          },
        },
      ],
      exports: [Database, DatabasePool],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#pool.end();
  }
}
