// The same work as a few statements by somebody who knows the prices by heart: quantities from the rollups, amounts, and every row that closing wrote, into
// copies of the same tables with the same indexes.
import { METERS } from './world.mjs';

const COPIED = ['invoice', 'invoice_line', 'invoice_parties', 'outbox_event', 'ledger_entry', 'ledger_posting'];

/** @returns {Promise<{seconds: number, lines: number, invoices: number, events: number, postings: number, agrees: boolean}>} */
export async function closeBySql(pool) {
  for (const table of COPIED) await pool.query(`create table copy_${table} (like ${table} including defaults including identity including indexes)`);
  // As the invoices stood before: what closing does is change these, and open the next ones.
  await pool.query(`insert into copy_invoice select * from invoice where price_status = 'price_locked'`);
  await pool.query(`update copy_invoice set price_status = 'open', subtotal = 0, total = 0, due_at = period_end_in_millis, number = null`);
  await pool.query('vacuum analyze copy_invoice');
  await pool.query('checkpoint');
  const client = await pool.connect();
  client.on('error', () => undefined);
  try {
    const from = performance.now();
    await client.query('begin');
    await client.query(TURN);
    await client.query(OPEN_NEXT);
    const { rowCount: lines } = await client.query(LINES);
    await client.query(LOCK);
    await client.query('insert into copy_invoice_parties select * from invoice_parties');
    const { rowCount: events } = await client.query(EVENTS);
    await client.query('insert into copy_ledger_entry select * from ledger_entry');
    const { rowCount: postings } = await client.query('insert into copy_ledger_posting select * from ledger_posting');
    await client.query('commit');
    const seconds = (performance.now() - from) / 1_000;
    const { rows } = await client.query(
      `select (select count(*)::integer from copy_invoice) as invoices,
              (select count(*) from copy_invoice as mine join invoice as theirs using (id) where mine.total <> theirs.total) + abs((select count(*) from copy_invoice) - (select count(*) from invoice)) as differing`,
    );
    return { seconds, lines, invoices: rows[0].invoices, events, postings, agrees: Number(rows[0].differing) === 0 };
  } finally {
    client.release();
  }
}

const TURN = `
  update copy_invoice as mine set price_status = 'grace_period', due_at = theirs.grace_end_in_millis, grace_end_in_millis = theirs.grace_end_in_millis
  from invoice as theirs where theirs.id = mine.id`;

const OPEN_NEXT = `insert into copy_invoice select * from invoice where price_status = 'open'`;

/** Half a cent and more is a cent, as numeric's round does. */
const AMOUNTS = METERS.map(({ model, unitPrice, tiers }, index) => {
  const amount = model === 'per_unit' ? `rated.quantity * ${unitPrice}` : `least(rated.quantity, ${tiers[0].upTo}) * ${tiers[0].unitPrice} + greatest(rated.quantity - ${tiers[0].upTo}, 0) * ${tiers[1].unitPrice}`;
  return `when 'meter_${index}' then ${amount}`;
}).join(' ');

const LINES = `
  insert into copy_invoice_line
  select theirs.id, theirs.account_id, theirs.invoice_id, theirs.position, theirs.kind, theirs.product_item_id, theirs.price_id, theirs.meter_api_name, theirs.description,
         rated.quantity, theirs.unit_price_text, theirs.exact_amount, round(100 * case rated.meter_api_name ${AMOUNTS} end), theirs.tiers, theirs.price_version,
         theirs.period_start_in_millis, theirs.period_end_in_millis
  from (
    select mine.id as invoice_id, rollup.meter_api_name, sum(rollup.value_sum) as quantity
    from copy_invoice as mine
    join usage_rollup as rollup on rollup.account_id = mine.account_id and rollup.customer_id = mine.customer_id
     and rollup.day_start >= mine.period_start_in_millis and rollup.day_start < mine.period_end_in_millis
    where mine.price_status = 'grace_period'
    group by mine.id, rollup.meter_api_name
  ) as rated
  join invoice_line as theirs on theirs.invoice_id = rated.invoice_id and theirs.meter_api_name = rated.meter_api_name`;

const LOCK = `
  update copy_invoice as mine set price_status = 'price_locked', due_at = null, subtotal = summed.total, total = summed.total, amount_due = summed.total, amount_open = summed.total,
    number = theirs.number, lock_time = theirs.lock_time, lock_watermark = theirs.lock_watermark, payment_status_reason = theirs.payment_status_reason, hand_over = theirs.hand_over
  from (select invoice_id, sum(amount) as total from copy_invoice_line group by invoice_id) as summed, invoice as theirs
  where summed.invoice_id = mine.id and theirs.id = mine.id`;

const EVENTS = `
  insert into copy_outbox_event (id, account_id, type, object_type, object_id, data, create_time)
  select id, account_id, type, object_type, object_id, data, create_time from outbox_event where object_type = 'invoice'`;
