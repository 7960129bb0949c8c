import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EventTail } from '../../../src/notifications/event-tail.js';
import { createTestDatabase, openPool, type TestDatabase } from '../../support/test-database.js';

describe('The tail of events', () => {
  let database: TestDatabase;
  let pool: ReturnType<typeof openPool>;

  beforeAll(async () => {
    database = await createTestDatabase();
    pool = openPool(database, 1);
  });

  afterAll(async () => {
    await pool.end();
    await database.drop();
  });

  it('follows numbers, not their text: transaction 9 comes before 10, and so does event 9', async () => {
    for (let transaction = 8; transaction <= 11; transaction += 1) {
      for (const event of ['a', 'b', 'c']) {
        await pool.query(
          `insert into outbox_event (id, account_id, type, object_type, object_id, data, create_time, transaction_id) values ($1, 'acc', 'usage.conflict', 'account', 'acc', '{}', 0, $2::xid8)`,
          [`${transaction}${event}`, String(transaction)],
        );
      }
    }
    const tail = new EventTail(pool);
    const ids = (await tail.after('acc', '0-0')).map(({ id }) => id);
    expect(ids).toEqual(['8a', '8b', '8c', '9a', '9b', '9c', '10a', '10b', '10c', '11a', '11b', '11c']);
    expect((await tail.after('acc', '9-0')).map(({ id }) => id)).toEqual(ids.slice(3));
  });
});
