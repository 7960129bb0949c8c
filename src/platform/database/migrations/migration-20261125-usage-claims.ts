import { Migration } from '@mikro-orm/migrations';

/**
 * The key of an event alone, 16 bytes with the account in it, instead of account and key: the index that every event is claimed in is less than half as large, and so is what
 * PostgreSQL writes to its log for it. One table, because two writers have to meet its keys in one order.
 */
export class Migration20261125UsageClaims extends Migration {
  override up(): void {
    for (const statement of USAGE_CLAIMS) this.addSql(statement);
  }

  override down(): void {
    throw new Error('The account of a key is not known any more: restore a backup instead.');
  }
}

/** As `identityOf` makes it of the key without its account. */
const WITH_ACCOUNT = `encode(substring(sha256(convert_to(account_id || ':' || encode(event_key, 'hex'), 'UTF8')) for 16), 'hex')::uuid`;
const AS_UUID = (column: string): string => `encode(${column}, 'hex')::uuid`;

export const USAGE_CLAIMS = [
  'alter table usage_event_key rename to usage_event_key_of_account',
  `create table usage_event_key (
     event_key uuid not null,
     -- Null where the cancel of the event came before it.
     payload_hash uuid
   )`,
  `insert into usage_event_key (event_key, payload_hash) select ${WITH_ACCOUNT}, case when payload_hash <> '' then ${AS_UUID('payload_hash')} end from usage_event_key_of_account`,
  'drop table usage_event_key_of_account',
  'alter table usage_event_key add primary key (event_key)',
  `alter table usage_cancel alter column event_key type uuid using ${WITH_ACCOUNT}`,
  'alter table usage_cancel drop constraint usage_cancel_pkey',
  'alter table usage_cancel add primary key (event_key)',
  `alter table usage_conflict alter column event_key type uuid using ${WITH_ACCOUNT}, alter column payload_hash type uuid using ${AS_UUID('payload_hash')}`,
  // Writers take numbers for many events at once.
  'alter sequence usage_event_order increment by 32768',
  'create index usage_cancel_account on usage_cancel (account_id, event_time)',
];
