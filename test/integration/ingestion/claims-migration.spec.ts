import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { identityOf, type UsageEvent } from '@tollkeeper/usage-store';
import { USAGE_CLAIMS } from '../../../src/platform/database/migrations/migration-20261125-usage-claims.js';
import { TestUsageStore } from '../../support/test-usage-store.js';

const TIME = Date.UTC(2027, 0, 10);

/** As the tables were before. */
const BEFORE = [
  'drop table usage_event_key, usage_cancel',
  `create table usage_event_key (account_id text collate "C" not null, event_key bytea not null, payload_hash bytea not null, primary key (event_key, account_id)) partition by hash (account_id, event_key)`,
  ...[0, 1, 2, 3].map((part) => `create table usage_event_key_${part} partition of usage_event_key for values with (modulus 4, remainder ${part})`),
  `create table usage_cancel (
     account_id text collate "C" not null, event_key bytea not null, customer_id text collate "C" not null, meter_api_name text collate "C" not null, unique_id text collate "C",
     event_time bigint not null, ingest_time bigint not null, transaction_id bigint not null default pg_current_xact_id()::text::bigint, primary key (account_id, event_key))`,
  `alter table usage_conflict alter column event_key type bytea using ''::bytea, alter column payload_hash type bytea using ''::bytea`,
];

describe('Keys from before they held their account', () => {
  let store: TestUsageStore;

  beforeAll(async () => {
    store = await TestUsageStore.open({ connections: 2 });
    for (const statement of BEFORE) await store.pool.query(statement);
  });

  afterAll(() => store.close());

  it('are known after the migration: what was sent counts once, what was cancelled ahead never, conflicts are kept once', async () => {
    const [sent, unnamed, ahead, fresh] = [eventOf({ uniqueId: 'sent' }), eventOf({ uniqueId: null, dimensions: { region: 'eu' } }), eventOf({ uniqueId: 'ahead' }), eventOf({ uniqueId: 'fresh' })] as const;
    const other = { ...sent, meterValue: '2' };
    for (const event of [sent, unnamed]) await store.pool.query('insert into usage_event_key values ($1, $2, $3)', [event.accountId, oldKeyOf(event), hashOf(event)]);
    await store.pool.query(`insert into usage_event_key values ($1, $2, '')`, [ahead.accountId, oldKeyOf(ahead)]);
    await store.pool.query(`insert into usage_cancel (account_id, event_key, customer_id, meter_api_name, unique_id, event_time, ingest_time) values ($1, $2, 'acme', 'calls', 'ahead', $3, $3)`, [ahead.accountId, oldKeyOf(ahead), TIME]);
    await store.pool.query(
      `insert into usage_conflict (account_id, customer_id, meter_api_name, unique_id, event_key, payload_hash, payload, ingest_time) values ($1, 'acme', 'calls', 'sent', $2, $3, '{}', $4)`,
      [sent.accountId, oldKeyOf(sent), hashOf(other), TIME],
    );
    for (const statement of USAGE_CLAIMS) await store.pool.query(statement);
    expect(await store.append([sent, unnamed, ahead, fresh, other])).toEqual(['duplicate', 'duplicate', 'cancelled', 'accepted', 'conflict']);
    expect(await store.append([{ ...ahead, isCancel: true }])).toEqual(['duplicate']);
    expect(await store.append([{ ...sent, accountId: 'another' }])).toEqual(['accepted']);
    expect((await store.pool.query('select count(*)::integer as count from usage_conflict')).rows).toEqual([{ count: 1 }]);
  });
});

/** Of customer, meter and what else knows the event, as it was computed then. */
function oldKeyOf({ customerId, meterApiName, uniqueId, eventTimeInMillis, meterValue, dimensions }: UsageEvent): Buffer {
  const named = uniqueId === null ? ['attributes', JSON.stringify([eventTimeInMillis, meterValue, Object.entries(dimensions)])] : ['unique-id', uniqueId];
  return createHash('sha256').update(JSON.stringify([customerId, meterApiName, ...named])).digest().subarray(0, 16);
}

function hashOf(event: UsageEvent): Buffer {
  return Buffer.from(identityOf(event).payloadHash, 'hex');
}

function eventOf(change: Partial<UsageEvent>): UsageEvent {
  return { accountId: 'acc', customerId: 'acme', meterApiName: 'calls', eventTimeInMillis: TIME, uniqueId: null, meterValue: '1', dimensions: {}, ingestTimeInMillis: TIME, ...change };
}
