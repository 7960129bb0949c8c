import { expect, it } from '@jest/globals';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Secret } from '@tollkeeper/kernel';
import { AccountsModule } from '../../../src/accounts/accounts.module.js';
import { AccountsService } from '../../../src/accounts/accounts.service.js';
import { IngestionModule } from '../../../src/ingestion/ingestion.module.js';
import { IngestionService } from '../../../src/ingestion/ingestion.service.js';
import { Database } from '../../../src/platform/database/database.js';
import { PlatformModule } from '../../../src/platform/platform.module.js';
import { createTestDatabase } from '../../support/test-database.js';

it('ingests inside another Nest application, without our HTTP shell, and finishes what is under way when that stops', async () => {
  const database = await createTestDatabase();
  @Module({ imports: [PlatformModule.forRoot({ databaseUrl: database.url, encryptionKey: new Secret('x'.repeat(32)), instanceId: 'foreign' }), AccountsModule, IngestionModule] })
  class ForeignModule {}
  const application = await NestFactory.createApplicationContext(ForeignModule, { logger: false });
  const account = await application.get(Database).transaction(async (tx) => application.get(AccountsService).create(tx, { name: 'Foreign', mode: 'test' }));
  const meterTimeInMillis = Date.now();
  const recordOf = (uniqueId: string): unknown => ({ customerId: 'acme', meterApiName: 'calls', meterValue: 1, meterTimeInMillis, uniqueId });
  const ingestion = application.get(IngestionService);
  expect(await ingestion.ingest(account.id, [recordOf('a'), recordOf('a'), { ...(recordOf('a') as object), meterValue: 2 }])).toMatchObject({ received: 3, accepted: 1, duplicates: 1, conflicts: 1, rejected: 0 });
  await expect(ingestion.ingest(account.id, [{}])).rejects.toMatchObject({ kind: 'invalid', code: 'invalid_records' });

  const underWay = Promise.all(Array.from({ length: 30 }, (_, index) => ingestion.ingest(account.id, [recordOf(`late-${index}`)])));
  await application.close();
  expect((await underWay).reduce((sum, result) => sum + result.accepted, 0)).toBe(30);
  await database.drop();
});
