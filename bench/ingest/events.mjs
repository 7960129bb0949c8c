// Usage events, rendered before they are sent: as requests, and as the rows that these would leave.
import { randomUUID } from 'node:crypto';

import { identityOf } from '../../dist/libs/usage-store/src/index.js';

const CUSTOMERS = 1_000;
const METERS = 5;
const HOUR_IN_MILLIS = 3_600_000;
/** How far behind a repetition its first sending lies: long enough to be answered, as after a client's retry. */
const REPEATED_AFTER = 5_000;

let batches = 0;

/**
 * @param options.repeatedShare of the events, how many are sent a second time @returns batches of events, and what the ids of these events begin with
 */
export function batchesOf({ events, batch, repeatedShare = 0 }) {
  batches += 1;
  const prefix = `${batches.toString(36).padStart(4, '0')}-`;
  const now = Date.now();
  const every = repeatedShare === 0 ? Infinity : Math.round(1 / repeatedShare);
  const list = [];
  for (let index = 0; index < events; index += 1) {
    const repeated = index % every === every - 1 ? list[Math.max(0, index - REPEATED_AFTER - 1)] : undefined;
    list.push(repeated ?? eventOf(prefix, index, now));
  }
  return { prefix, batches: Array.from({ length: Math.ceil(events / batch) }, (_, index) => list.slice(index * batch, (index + 1) * batch)) };
}

function eventOf(prefix, index, now) {
  return {
    customerId: `customer-${Math.floor(Math.random() * CUSTOMERS)}`,
    meterApiName: `meter-${index % METERS}`,
    meterValue: (index % 1_000) / 100,
    meterTimeInMillis: now - Math.floor(Math.random() * HOUR_IN_MILLIS),
    uniqueId: prefix + randomUUID(),
    dimensions: { region: `r${index % 4}`, model: `m${index % 10}` },
  };
}

/** Whole requests as bytes. A batch of one is an object, as single events are sent. */
export function rendered(batch, { url, key }) {
  const { host } = new URL(url);
  const body = JSON.stringify(batch.length === 1 ? batch[0] : batch);
  const head = `POST /ingest HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\nX-API-KEY: ${key}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n`;
  return { batch, bytes: Buffer.from(head + body) };
}

/** The rows of the same events in the text format of COPY, of the two tables that accepting them writes. */
export function rowsOf(batch, accountId) {
  let [keys, events] = ['', ''];
  const now = Date.now();
  for (const { customerId, meterApiName, meterValue, meterTimeInMillis, uniqueId, dimensions } of batch) {
    const event = { accountId, customerId, meterApiName, eventTimeInMillis: meterTimeInMillis, uniqueId, meterValue: String(meterValue), dimensions, ingestTimeInMillis: now };
    const { eventKey, payloadHash } = identityOf(event);
    keys += `${eventKey}\t${payloadHash}\n`;
    events += `${accountId}\t${customerId}\t${meterApiName}\t${meterTimeInMillis}\t${uniqueId}\t${meterValue}\t${JSON.stringify(dimensions)}\t${now}\n`;
  }
  return { keys: Buffer.from(keys), events: Buffer.from(events) };
}
