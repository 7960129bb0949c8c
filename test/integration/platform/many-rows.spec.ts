import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Account } from '../../../src/accounts/account.entity.js';
import { Database, type Transaction } from '../../../src/platform/database/database.js';
import { EntityRows } from '../../../src/platform/database/entity-rows.js';
import { insertMany, updateMany } from '../../../src/platform/database/many-rows.js';
import { sql } from '../../../src/platform/database/sql.js';
import { startTestApplication, type TestApplication } from '../../support/test-application.js';

describe('Many rows at once', () => {
  let application: TestApplication;
  let database: Database;

  beforeAll(async () => {
    application = await startTestApplication({ connectStripe: false, runLoops: false });
    database = application.app.get(Database, { strict: false });
  });

  afterAll(() => application.close());

  const inTable = <T>(work: (tx: Transaction) => Promise<T>): Promise<T> =>
    database.transaction(async (tx) => {
      await sql(tx, 'create temporary table given_rows (place bigint generated always as identity, id text primary key, amount bigint, price numeric, data jsonb, flag boolean) on commit drop');
      return work(tx);
    });
  const awkward = ['', 'null', `'"\\`, '{}', 'ä\n', '$1'];
  const columns = [
    { name: 'id', type: 'text', values: awkward },
    { name: 'amount', type: 'bigint', values: ['9007199254740993', 0, -1, null, '5', '6'] },
    { name: 'price', type: 'numeric', values: ['0.000000000000000000000001', null, '1', '2', '3', '4'] },
    { name: 'data', type: 'jsonb', values: ['{"a":[null,"x"]}', 'null', null, '1', '"t"', '[]'] },
    { name: 'flag', type: 'boolean', values: [true, false, null, true, true, true] },
  ];

  it('are stored as given, in their order, and answered where asked for', async () => {
    await inTable(async (tx) => {
      expect(await insertMany(tx, 'given_rows', columns, 'returning id')).toEqual(awkward.map((id) => ({ id })));
      const stored = await sql(tx, 'select place::integer, id, amount::text, price::text, data::text, flag from given_rows order by place');
      expect(stored.slice(0, 3)).toEqual([
        { place: 1, id: '', amount: '9007199254740993', price: '0.000000000000000000000001', data: '{"a": [null, "x"]}', flag: true },
        { place: 2, id: 'null', amount: '0', price: null, data: 'null', flag: false },
        { place: 3, id: `'"\\`, amount: '-1', price: '1', data: null, flag: null },
      ]);
      expect(stored).toHaveLength(6);
      const again = [{ name: 'id', type: 'text', values: ['null', 'new'] }];
      expect(await insertMany(tx, 'given_rows', again, 'on conflict do nothing returning id')).toEqual([{ id: 'new' }]);
      expect(await insertMany(tx, 'given_rows', [{ name: 'id', type: 'text', values: [] }])).toEqual([]);
    });
  });

  it('are changed each by its own key, and others stay', async () => {
    await inTable(async (tx) => {
      await insertMany(tx, 'given_rows', columns);
      await updateMany(tx, 'given_rows', [{ name: 'id', type: 'text', values: ['null', '$1', 'nobody'] }, { name: 'amount', type: 'bigint', values: ['7', null, '8'] }]);
      expect(await sql(tx, `select amount::text from given_rows order by place`)).toEqual(['9007199254740993', '7', '-1', null, '5', null].map((amount) => ({ amount })));
    });
  });

  it('of an entity are written with every column that any of them has', async () => {
    await database.transaction(async (tx) => {
      const begun = { name: 'n', mode: 'test', timeZone: 'UTC', gracePeriodInHours: 1, refundDuplicatesAutomatically: false, clockOffsetInMillis: 0, createTime: 1, updateTime: 1 } as Account;
      const rows = new EntityRows(tx, Account);
      await rows.insert([{ ...begun, id: 'acc_rows_1' }, { ...begun, id: 'acc_rows_2', defaultPaymentProviderName: 'STRIPE' }]);
      expect((await rows.find('id like $1 order by id', ['acc_rows_%'])).map(({ defaultPaymentProviderName, clockOffsetInMillis }) => [defaultPaymentProviderName, clockOffsetInMillis])).toEqual([
        [null, 0],
        ['STRIPE', 0],
      ]);
      await expect(rows.update([{ ...begun, id: 'acc_rows_1' }], ['nothing' as 'name'])).rejects.toThrow('account has no property nothing.');
    });
  });
});
