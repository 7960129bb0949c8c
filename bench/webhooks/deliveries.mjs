// Signed deliveries of Stripe events, rendered before they are sent.
import { createHmac } from 'node:crypto';

import { WEBHOOK_SECRET } from './servers.mjs';

/** What Stripe tells of an invoice that is paid on its page. Each stage has a second of its own: the peer compares whole seconds. */
const STAGES = [
  ['invoice.finalized', 'invoice'],
  ['payment_intent.succeeded', 'paymentIntent'],
  ['charge.succeeded', 'charge'],
  ['invoice.updated', 'invoice'],
  ['invoice.paid', 'invoice'],
];
/** Invoices whose events come in between one another. */
const NEIGHBOURS = 20;

let events = 0;

/**
 * @param paid `{invoice, paymentIntent, charge}` as the sandbox answers them
 * @param secondsLater the same once more, newer: the peer takes what is not newer for known
 * @returns the events of all, in the order in which they happen
 */
export function eventsOf(paid, secondsLater = 0) {
  const list = [];
  for (let from = 0; from < paid.length; from += NEIGHBOURS) {
    const neighbours = paid.slice(from, from + NEIGHBOURS);
    for (const [stage, [type, name]] of STAGES.entries()) list.push(...neighbours.map((objects) => eventOf(objects, type, name, stage + secondsLater)));
  }
  return list;
}

function eventOf(objects, type, name, second) {
  events += 1;
  const id = `evt_bench_${events}`;
  const body = JSON.stringify({
    id,
    object: 'event',
    api_version: '2026-10-28.endive',
    created: objects.invoice.created + second,
    livemode: false,
    pending_webhooks: 1,
    request: { id: null, idempotency_key: null },
    type,
    data: { object: objects[name] },
  });
  return { invoiceId: objects.invoice.id, id, body };
}

/** Every tenth event a second time, somewhere behind the first. */
export function withDuplicates(list) {
  return list.flatMap((event, index) => (index % 10 === 9 ? [event, list[index - 5]] : [event]));
}

/** Whole requests, signed now, as bytes. */
export function rendered(list, address) {
  const url = new URL(address);
  const time = Math.floor(Date.now() / 1_000);
  return list.map((event) => {
    const signature = createHmac('sha256', WEBHOOK_SECRET).update(`${time}.${event.body}`).digest('hex');
    const head = `POST ${url.pathname} HTTP/1.1\r\nHost: ${url.host}\r\nContent-Type: application/json; charset=utf-8\r\nUser-Agent: Stripe/1.0\r\nStripe-Signature: t=${time},v1=${signature}\r\nContent-Length: ${Buffer.byteLength(event.body)}\r\n\r\n`;
    return { event, bytes: Buffer.from(head + event.body) };
  });
}
