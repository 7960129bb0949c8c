// What people write: Nest on Express, a DTO with class-validator, one ORM insert a request.
import 'reflect-metadata';
import { createHash } from 'node:crypto';
import { defineEntity, EntityManager, p, UniqueConstraintViolationException, type InferEntity } from '@mikro-orm/core';
import { MikroOrmModule } from '@mikro-orm/nestjs';
import { MikroORM, PostgreSqlDriver } from '@mikro-orm/postgresql';
import { Body, Controller, HttpCode, Injectable, Module, Post, UseGuards, ValidationPipe, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { IsInt, IsNotEmpty, IsNumber, IsObject, IsOptional, IsString, MaxLength } from 'class-validator';

const { BENCH_DATABASE_URL: clientUrl = '', BENCH_KEY = '' } = process.env;

const UsageEvent = defineEntity({
  name: 'UsageEvent',
  tableName: 'usage_event',
  properties: {
    id: p.bigint().primary().autoincrement(),
    accountId: p.text(),
    customerId: p.text(),
    meterApiName: p.text(),
    uniqueId: p.text(),
    eventTime: p.datetime(),
    meterValue: p.decimal(),
    dimensions: p.json(),
    ingestTime: p.datetime(),
  },
  uniques: [{ properties: ['accountId', 'customerId', 'meterApiName', 'uniqueId'] }],
  indexes: [{ properties: ['accountId', 'meterApiName', 'customerId', 'eventTime'] }],
});
type UsageEvent = InferEntity<typeof UsageEvent>;

class UsageEventRequest {
  @IsString()
  @IsNotEmpty()
  @MaxLength(256)
  customerId!: string;

  @IsString()
  @IsNotEmpty()
  @MaxLength(256)
  meterApiName!: string;

  @IsNumber()
  meterValue!: number;

  @IsInt()
  meterTimeInMillis!: number;

  @IsString()
  @IsNotEmpty()
  @MaxLength(256)
  uniqueId!: string;

  @IsOptional()
  @IsObject()
  dimensions?: Record<string, string>;
}

const hashOf = (key: string): string => createHash('sha256').update(key).digest('hex');

@Injectable()
class ApiKeyGuard implements CanActivate {
  readonly #accounts = new Map([[hashOf(BENCH_KEY), 'acc_bench']]);

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<{ headers: Record<string, string>; accountId?: string }>();
    request.accountId = this.#accounts.get(hashOf(request.headers['x-api-key'] ?? ''))!;
    return request.accountId !== undefined;
  }
}

@Controller()
class IngestController {
  constructor(private readonly em: EntityManager) {}

  @Post('ingest')
  @HttpCode(200)
  @UseGuards(ApiKeyGuard)
  async ingest(@Body() body: UsageEventRequest): Promise<{ received: number }> {
    this.em.create(UsageEvent, {
      accountId: 'acc_bench',
      customerId: body.customerId,
      meterApiName: body.meterApiName,
      uniqueId: body.uniqueId,
      eventTime: new Date(body.meterTimeInMillis),
      meterValue: String(body.meterValue),
      dimensions: body.dimensions ?? {},
      ingestTime: new Date(),
    });
    try {
      await this.em.flush();
    } catch (error) {
      if (!(error instanceof UniqueConstraintViolationException)) throw error;
    }
    return { received: 1 };
  }
}

@Module({ imports: [MikroOrmModule.forRoot({ driver: PostgreSqlDriver, clientUrl, entities: [UsageEvent], pool: { max: 10 } })], controllers: [IngestController] })
class PeerModule {}

const app = await NestFactory.create(PeerModule, new ExpressAdapter(), { logger: false, abortOnError: false });
app.useGlobalPipes(new ValidationPipe({ transform: true, whitelist: true }));
await app.get(MikroORM).schema.create();
await app.listen(0, '127.0.0.1');
process.send?.({ url: (await app.getUrl()).replace('[::1]', '127.0.0.1') });
process.on('disconnect', () => process.exit());
