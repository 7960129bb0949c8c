import type { Transaction } from '../platform/database/database.js';
import { sql } from '../platform/database/sql.js';
import type { TaxRate } from './tax-rate.entity.js';
import type { TaxRule, TaxSubjectType } from './tax-rule.entity.js';

export type KnownTaxRate = Pick<TaxRate, 'id' | 'name' | 'jurisdiction' | 'isInclusive' | 'versions'>;
export type KnownTaxRule = Pick<TaxRule, 'taxRateIds' | 'exemption'>;

/** The rates of an account and where they apply, as far as some customers are concerned. */
export interface TaxTables {
  readonly rates: ReadonlyMap<string, KnownTaxRate>;
  ruleOf(type: TaxSubjectType, id: string): KnownTaxRule | undefined;
  /** Of customers who owe the tax themselves: whether a tax office knows them by a number. */
  hasTaxId(customerId: string): boolean;
  /** Connections whose provider taxes what is handed over to it. */
  readonly taxingConnections: ReadonlySet<string>;
}

/** As the statement answers it: lists as JSON. */
interface TablesRow {
  readonly rates: readonly KnownTaxRate[] | null;
  readonly rules: readonly (KnownTaxRule & { readonly type: TaxSubjectType; readonly id: string })[] | null;
  readonly identified: readonly string[] | null;
  readonly taxing: readonly string[] | null;
}

const TABLES = `
  with rule as (select subject_type, subject_id, tax_rate_ids, exemption from tax_rule where account_id = $1 and (subject_type <> 'customer' or subject_id = any($2))),
    taxing as (select id from payment_connection where account_id = $1 and settings ->> 'taxes' = 'provider')
  select (select json_agg(json_build_object('type', subject_type, 'id', subject_id, 'taxRateIds', tax_rate_ids, 'exemption', exemption)) from rule) as rules,
    (select json_agg(json_build_object('id', id, 'name', name, 'jurisdiction', jurisdiction, 'isInclusive', is_inclusive, 'versions', versions)) from tax_rate where account_id = $1) as rates,
    (select json_agg(customer_id) from customer
      where account_id = $1 and customer_id in (select subject_id from rule where exemption = 'reverse') and jsonb_array_length(coalesce(billing -> 'taxIds', '[]')) > 0) as identified,
    (select json_agg(id) from taxing) as taxing
  where exists (select 1 from rule) or exists (select 1 from taxing)`;

/** In one statement, however many customers there are; null where nothing of the account is taxed, or could be said to be exempt. */
export async function readTaxTables(reader: Transaction, accountId: string, customerIds: readonly string[]): Promise<TaxTables | null> {
  const [row] = await sql<TablesRow>(reader, TABLES, [accountId, customerIds]);
  if (!row) return null;
  const rules = new Map(row.rules?.map(({ type, id, ...rule }) => [`${type} ${id}`, rule]));
  const identified = new Set(row.identified);
  return {
    rates: new Map(row.rates?.map((rate) => [rate.id, rate])),
    ruleOf: (type, id) => rules.get(`${type} ${id}`),
    taxingConnections: new Set(row.taxing),
    hasTaxId: (customerId) => identified.has(customerId),
  };
}
