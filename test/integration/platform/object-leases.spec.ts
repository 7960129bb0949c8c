import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Secret } from '@tollkeeper/kernel';
import pg from 'pg';
import { ObjectLeases } from '../../../src/platform/leases/object-leases.js';
import { eventually } from '../../support/test-application.js';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.js';

describe('Leases of two processes on one PostgreSQL', () => {
  let database: TestDatabase;
  let one: ObjectLeases;
  let other: ObjectLeases;

  beforeAll(async () => {
    database = await createTestDatabase();
    const options = { databaseUrl: database.url, encryptionKey: new Secret('x'.repeat(32)), instanceId: 'test' };
    [one, other] = [new ObjectLeases(options), new ObjectLeases(options)];
  });

  afterAll(async () => {
    await Promise.all([one.onApplicationShutdown(), other.onApplicationShutdown()]);
    await database.drop();
  });

  it('have one holder at a time, in the same process and in the other', async () => {
    const lease = await one.tryAcquire('invoice:1');
    expect(await one.tryAcquire('invoice:1')).toBeNull();
    expect(await other.tryAcquire('invoice:1')).toBeNull();
    const different = await other.tryAcquire('invoice:2');
    expect(different).not.toBeNull();
    await lease?.release();
    const next = await other.tryAcquire('invoice:1');
    expect(next).not.toBeNull();
    await Promise.all([next?.release(), different?.release()]);
  });

  it('pass to whoever waits once they are free, and not before', async () => {
    const lease = await one.tryAcquire('invoice:3');
    expect(await other.acquire('invoice:3', 50)).toBeNull();
    const waiting = other.acquire('invoice:3', 5_000);
    await lease?.release();
    const got = await waiting;
    expect(got).not.toBeNull();
    await got?.release();
  });

  it('of many at once go to exactly one each', async () => {
    const keys = Array.from({ length: 50 }, (_, index) => `invoice:many-${index}`);
    const taken = await Promise.all(keys.flatMap((key) => [one.tryAcquire(key), other.tryAcquire(key)]));
    const held = taken.filter((lease) => lease !== null);
    expect(held.map(({ key }) => key).sort()).toEqual([...keys].sort());
    await Promise.all(held.map((lease) => lease.release()));
  });

  it('end with their connection, and are to be had again after it', async () => {
    const lease = await one.tryAcquire('invoice:lost');
    const admin = new pg.Client({ connectionString: database.url });
    await admin.connect();
    await admin.query(`select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory'`);
    await admin.end();
    const taken = await eventually('the lease in the other process', () => other.tryAcquire('invoice:lost').catch(() => null), (got) => got !== null);
    await lease?.release();
    expect(await one.tryAcquire('invoice:lost')).toBeNull();
    await taken?.release();
    const again = await one.tryAcquire('invoice:lost');
    expect(again).not.toBeNull();
    await again?.release();
  });
});
