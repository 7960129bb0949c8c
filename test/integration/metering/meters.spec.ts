import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { UsageApplication, type TestAccount } from '../../support/usage-application.js';

interface MeterBody {
  id: string;
  meterApiName: string;
}

describe('Meters', () => {
  let application: UsageApplication;
  let account: TestAccount;

  beforeAll(async () => {
    application = await UsageApplication.start();
    account = await application.account();
  });

  afterAll(() => application.stop());

  const create = async (meterApiName: string, change: Record<string, unknown> = {}): Promise<MeterBody> => {
    const answer = await account.call('POST', '/meters', { meterApiName, label: meterApiName, meterType: 'sum_of_all_usage', ...change });
    expect(answer.status).toBe(200);
    return answer.body as MeterBody;
  };

  it('answers a meter in the shape of the reference, and the same when it is read', async () => {
    const meter = await create('shape', { description: 'd', dimensions: ['region'], seatBased: true, timeoutInMinutes: 0, unknownField: 1, id: 'chosen' });
    expect(meter).toEqual({
      id: expect.stringMatching(/^mtr_/),
      accountId: account.id,
      meterApiName: 'shape',
      label: 'shape',
      description: 'd',
      meterType: 'sum_of_all_usage',
      aggregation: 'sum',
      uniqueDimension: null,
      dimensions: ['region'],
      aggregationDimensions: [],
      lockingStatus: 'open',
      useInBilling: false,
      enabled: true,
      seatBased: true,
      timeoutInMinutes: 0,
      createTime: expect.any(Number),
      updateTime: expect.any(Number),
    });
    expect((await account.call('GET', `/meters/${meter.id}`)).body).toEqual(meter);
    expect((await account.call('GET', '/meters?meterApiName=shape')).body).toEqual([meter]);
    expect((await account.call('GET', '/meters?meterApiName=absent')).body).toEqual([]);
  });

  it('keeps dimensions of whatever text as they were sent', async () => {
    const dimensions = ['null', 'NULL', ' a ', 'a,b', '{}', '"q"', 'back\\slash', 'line\n, break', "it's", 'ü'];
    const { id } = await create('any text', { dimensions, aggregationDimensions: ['null'] });
    expect((await account.call('GET', `/meters/${id}`)).body).toMatchObject({ dimensions, aggregationDimensions: ['null'] });
  });

  it('refuses a second meter of a name, also by a PUT without id, with the sentence of the reference', async () => {
    await create('twice');
    for (const [method, id] of [['POST', undefined], ['PUT', ''], ['PUT', null]] as const) {
      expect(await account.call(method, '/meters', { id, meterApiName: 'twice', label: 'x', meterType: 'sum_of_all_usage' })).toMatchObject({
        status: 400,
        body: { code: 'meter_exists', errorMessage: "Invalid request: Meter already exists with 'meterApiName': twice" },
      });
    }
    expect(await account.call('PUT', '/meters', { meterApiName: 'by-put', label: 'x', meterType: 'active_users' })).toMatchObject({ status: 200, body: { aggregation: 'unique' } });
  });

  it('names every bad field', async () => {
    const answer = await account.call('POST', '/meters', { label: '', meterType: 7, dimensions: 'region' });
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
    expect((answer.body as { errors: { field: string }[] }).errors.map(({ field }) => field).sort()).toEqual(['dimensions', 'label', 'meterApiName', 'meterType']);
  });

  it('replaces a meter, but not its name', async () => {
    const meter = await create('change', { description: 'old', dimensions: ['region'] });
    const changed = await account.call('PUT', '/meters', { id: meter.id, meterApiName: 'change', label: 'New', aggregation: 'MAX' });
    expect(changed).toMatchObject({ status: 200, body: { id: meter.id, label: 'New', description: null, dimensions: [], aggregation: 'max', meterType: 'max', lockingStatus: 'open' } });
    expect(await account.call('PUT', '/meters', changed.body)).toMatchObject({ status: 200 });
    expect(await account.call('PUT', '/meters', { id: meter.id, meterApiName: 'other', label: 'x', aggregation: 'max' })).toMatchObject({ status: 400, body: { code: 'meter_renamed' } });
    expect(await account.call('PUT', '/meters', { id: 'mtr_absent', meterApiName: 'x', label: 'x', aggregation: 'max' })).toMatchObject({ status: 404 });
  });

  it.each([
    ['close_to_changes', 400, 400],
    ['close_to_deletions', 200, 400],
    ['deprecated', 400, 200],
  ])('%s: a change is answered %i, a deletion %i', async (lockingStatus, changed, deleted) => {
    const meter = await create(`locked-${lockingStatus}`);
    const put = (change: Record<string, unknown>): ReturnType<TestAccount['call']> =>
      account.call('PUT', '/meters', { id: meter.id, meterApiName: meter.meterApiName, label: meter.meterApiName, meterType: 'sum_of_all_usage', ...change });
    expect(await account.call('DELETE', `/meters/${meter.id}`)).toMatchObject({ status: 400, body: { errorMessage: "'lockingStatus' open prevents meter from being deleted" } });
    expect(await put({ lockingStatus: lockingStatus.toUpperCase() })).toMatchObject({ status: 200, body: { lockingStatus } });
    expect(await put({ lockingStatus, label: 'Other' })).toMatchObject({ status: changed, ...(changed === 400 ? { body: { errorMessage: `'lockingStatus' ${lockingStatus} prevents meter from being changed` } } : {}) });
    expect(await put({ lockingStatus: 'open' })).toMatchObject({ status: 400, body: { code: 'locking_status_step' } });
    const deletion = await account.call('DELETE', `/meters/${meter.id}`);
    expect(deletion).toMatchObject({ status: deleted, body: deleted === 200 ? { id: meter.id } : { errorMessage: `'lockingStatus' ${lockingStatus} prevents meter from being deleted` } });
    if (deleted === 200) expect(await account.call('GET', `/meters/${meter.id}`)).toMatchObject({ status: 404 });
  });

  it('answers {} to the deletion of a meter that is not there', async () => {
    expect(await account.call('DELETE', '/meters/api_calls')).toMatchObject({ status: 200, body: {} });
  });

  it('does not delete a meter that product items use', async () => {
    const meter = await create('sold', { useInBilling: true });
    expect((await account.call('GET', '/product-items')).body).toEqual([expect.objectContaining({ meterApiName: 'sold', productItemName: 'sold' })]);
    await account.call('PUT', '/meters', { ...meter, lockingStatus: 'deprecated' });
    expect(await account.call('DELETE', `/meters/${meter.id}`)).toMatchObject({ status: 409, body: { code: 'meter_in_use' } });
  });

  it('lists all meters in creation order, or pages of them', async () => {
    const mine = await application.account();
    for (const name of ['a', 'b', 'c', 'd', 'e']) await mine.call('POST', '/meters', { meterApiName: name, label: name, aggregation: 'sum' });
    const names = (body: unknown): string[] => (body as MeterBody[]).map(({ meterApiName }) => meterApiName);
    expect(names((await mine.call('GET', '/meters')).body)).toEqual(['a', 'b', 'c', 'd', 'e']);
    const seen: string[] = [];
    for (let url: string | undefined = '/meters?limit=2'; url !== undefined; ) {
      const page = await mine.call('GET', url);
      seen.push(...names(page.body));
      url = /<([^>]+)>; rel="next"/.exec(String(page.headers['link'] ?? ''))?.[1];
    }
    expect(seen).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('treats a meter of another account as one that does not exist', async () => {
    const meter = await create('foreign');
    const other = await application.account();
    const absent = await other.call('GET', '/meters/mtr_absent');
    const foreign = await other.call('GET', `/meters/${meter.id}`);
    expect(foreign.status).toBe(404);
    expect(foreign.text.replaceAll(meter.id, 'mtr_absent').replace(/"requestId":"[^"]+"/, '')).toBe(absent.text.replace(/"requestId":"[^"]+"/, ''));
    expect(await other.call('PUT', '/meters', { ...meter, label: 'Mine' })).toMatchObject({ status: 404 });
    expect(await other.call('DELETE', `/meters/${meter.id}`)).toMatchObject({ status: 200, body: {} });
    expect((await other.call('GET', '/meters')).body).toEqual([]);
    expect((await account.call('GET', `/meters/${meter.id}`)).body).toMatchObject({ label: 'foreign' });
  });
});
