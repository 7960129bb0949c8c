import type pg from 'pg';
import type { StripeAccount } from '../stripe-account.js';

/**
 * Answers kept for repetitions, who may call, webhooks' bodies, and usage, but its corrections: what that comes to is on the invoice.
 * Comparisons begin by the hour: whether one falls into a story says how much time its deaths took.
 */
// What a secret last verified is noted beside the acknowledgement, and lost by a death until the next webhook.
const LEFT_OUT_TABLES = /^(idempotency_record|api_key|webhook_body|drift_run|usage_(?!correction).*)$/;
/** When something happened and how often it was tried: a crash may change that, and nothing else. */
const LEFT_OUT_FIELDS = /(_time|_at|_in_millis|_in_seconds|^created|_count|^attempts?$|^sequence|^transaction_id|watermark|^up_to$|^collection_offset$|^read_|^source$|fingerprint|payload_hash|^secrets$|webhook_secrets|webhook_matches|_secret$|invoice_prefix|status_transitions|^next_payment_attempt|^updateTime|Time|^body$)$/;
const COLLECTIONS = ['customers', 'invoices', 'charges', 'payment_intents', 'refunds', 'credit_notes', 'disputes', 'webhook_endpoints'];

/** In texts, in this order. */
const VARIABLE: readonly (readonly [RegExp, string])[] = [
  [/\b([a-z]{2,6})_(test_)?(?=[A-Za-z0-9]*[A-Z0-9])[A-Za-z0-9]{10,}/g, '$1_*'],
  [/\bTK-[A-Z0-9]+-/g, 'TK-*-'],
  [/\/i\/acct_\*\/in_\*\/[A-Za-z0-9]+/g, '/i/*'],
  [/\d{4}-\d\d-\d\d(T[\d:.]+Z)?/g, 'time'],
  [/\b1[0-9]{9}([0-9]{3})?\b/g, 'time'],
  [/127\.0\.0\.1:\d+/g, 'host'],
  [/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'uuid'],
];

/** What was told, heard and asked may be so twice after a crash; that it had no second effect the other rows and the provider's say. */
const AS_A_SET = new Set(['outbox_event', 'webhook_inbox', 'provider_intent']);

/** Of rows that record an exchange and not what is so: which exchange, and how it ended. */
const ESSENTIAL: Readonly<Record<string, readonly string[]>> = { webhook_inbox: ['type', 'status'], provider_intent: ['kind', 'outcome', 'code', 'parameters'] };

export type EndState = Readonly<Record<string, readonly string[]>>;

/** Our rows, our events and the provider's objects of one seller, without what differs from one run to the next: ids and times. */
export async function endStateOf(pool: pg.Pool, accountId: string, stripe: StripeAccount): Promise<EndState> {
  const state: Record<string, string[]> = {};
  const { rows: tables } = await pool.query<{ name: string }>(`select table_name as name from information_schema.columns where column_name = 'account_id' and table_schema = 'public' order by 1`);
  for (const { name } of tables) {
    if (LEFT_OUT_TABLES.test(name)) continue;
    const { rows } = await pool.query<{ row: object }>(`select to_jsonb(t) as row from ${name} t where account_id = $1`, [accountId]);
    state[`our ${name}`] = sorted(rows.map(({ row }) => row), name);
  }
  for (const collection of COLLECTIONS) state[`provider's ${collection}`] = sorted(await stripe.list(collection), collection);
  return state;
}

function sorted(rows: readonly object[], name: string): string[] {
  const lines = rows.map((row) => JSON.stringify(normalised(reduced(row, name)))).sort();
  return AS_A_SET.has(name) ? [...new Set(lines)] : lines;
}

function reduced(row: object, name: string): object {
  const fields = ESSENTIAL[name];
  return fields ? Object.fromEntries(fields.map((field) => [field, (row as Record<string, unknown>)[field]])) : row;
}

function normalised(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(normalised);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value)
        .filter(([name]) => !LEFT_OUT_FIELDS.test(name))
        .map(([name, item]) => [name, normalised(item)]),
    );
  }
  if (typeof value === 'number') return isTime(value) ? 'time' : value;
  if (typeof value === 'string') return VARIABLE.reduce((text, [pattern, word]) => text.replace(pattern, word), value);
  return value;
}

/** Seconds or milliseconds since 1970, within some decades of now. */
function isTime(value: number): boolean {
  return (value > 1_500_000_000 && value < 4_000_000_000) || (value > 1_500_000_000_000 && value < 4_000_000_000_000);
}

/** Lines that only one of the two has, so that a failure shows what differs and not everything. */
export function difference(expected: EndState, found: EndState): string[] {
  const lines: string[] = [];
  for (const name of new Set([...Object.keys(expected), ...Object.keys(found)])) {
    const [missing, surplus] = [minus(expected[name] ?? [], found[name] ?? []), minus(found[name] ?? [], expected[name] ?? [])];
    lines.push(...missing.map((line) => `- ${name}: ${line}`), ...surplus.map((line) => `+ ${name}: ${line}`));
  }
  return lines;
}

function minus(lines: readonly string[], others: readonly string[]): string[] {
  const left = [...others];
  return lines.filter((line) => {
    const index = left.indexOf(line);
    if (index >= 0) left.splice(index, 1);
    return index < 0;
  });
}
