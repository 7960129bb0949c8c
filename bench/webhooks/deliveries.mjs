// Signed deliveries of Stripe events, and a client that sends them over keep-alive connections.
import { createHmac } from 'node:crypto';
import { connect } from 'node:net';

import { WEBHOOK_SECRET } from './servers.mjs';

/** What Stripe tells of an invoice that is paid on its page. Each stage has a second of its own: the peer compares whole seconds. */
const STAGES = [
  ['invoice.finalized', 'invoice'],
  ['payment_intent.succeeded', 'paymentIntent'],
  ['charge.succeeded', 'charge'],
  ['invoice.updated', 'invoice'],
  ['invoice.paid', 'invoice'],
];

let events = 0;

/** @param paid `{invoice, paymentIntent, charge}` as the sandbox answers them. @returns the events of all, stage by stage */
export function eventsOf(paid) {
  return STAGES.flatMap(([type, name], stage) =>
    paid.map((objects) => {
      events += 1;
      const created = objects.invoice.created + stage;
      return { invoiceId: objects.invoice.id, id: `evt_bench_${events}`, body: JSON.stringify({ id: `evt_bench_${events}`, object: 'event', api_version: '2026-10-28.endive', created, livemode: false, pending_webhooks: 1, request: { id: null, idempotency_key: null }, type, data: { object: objects[name] } }) };
    }),
  );
}

/** Every tenth event a second time, somewhere behind the first. */
export function withDuplicates(list) {
  return list.flatMap((event, index) => (index % 10 === 9 ? [event, list[index - 5]] : [event]));
}

export function signed(list) {
  const time = Math.floor(Date.now() / 1_000);
  return list.map((event) => ({ ...event, header: `t=${time},v1=${createHmac('sha256', WEBHOOK_SECRET).update(`${time}.${event.body}`).digest('hex')}` }));
}

/** One connection that sends a prepared request and waits for its answer: HTTP clients cost more than the servers that are measured. */
class Connection {
  #socket;
  #received = '';
  #resolve = () => undefined;

  constructor(port, host) {
    this.#socket = connect(port, host).setNoDelay(true);
    this.#socket.setEncoding('latin1');
    this.#socket.on('data', (chunk) => {
      this.#received += chunk;
      const head = this.#received.indexOf('\r\n\r\n');
      if (head < 0) return;
      const length = Number(/\r\ncontent-length: *(\d+)/i.exec(this.#received)?.[1]);
      if (this.#received.length < head + 4 + length) return;
      const answer = { status: Number(this.#received.slice(9, 12)), text: this.#received.slice(head + 4) };
      this.#received = '';
      this.#resolve(answer);
    });
    this.#socket.on('error', (error) => this.#resolve({ status: 0, text: error.message }));
  }

  send(bytes) {
    return new Promise((resolve) => {
      this.#resolve = resolve;
      this.#socket.write(bytes);
    });
  }

  close() {
    this.#socket.destroy();
  }
}

export class Sender {
  #url;
  #free;

  constructor(url, connections) {
    this.#url = new URL(url);
    this.#free = Array.from({ length: connections }, () => new Connection(Number(this.#url.port), this.#url.hostname));
  }

  /** As fast as the server takes them. @returns each with status, answer, sendTime and millis; and the seconds it took */
  async send(deliveries) {
    const prepared = deliveries.map((delivery) => ({ delivery, bytes: this.#bytesOf(delivery) }));
    const queue = prepared.values();
    const sent = [];
    const start = performance.now();
    const work = async (connection) => {
      for (const { delivery, bytes } of queue) sent.push(await exchange(connection, delivery, bytes));
    };
    await Promise.all(this.#free.map(work));
    return { sent, seconds: (performance.now() - start) / 1_000 };
  }

  /** By itself, on a connection that is free. */
  async sendOne(delivery) {
    const connection = this.#free.pop() ?? new Connection(Number(this.#url.port), this.#url.hostname);
    const sent = await exchange(connection, delivery, this.#bytesOf(delivery));
    this.#free.push(connection);
    return sent;
  }

  close() {
    for (const connection of this.#free) connection.close();
  }

  #bytesOf({ body, header }) {
    const head = `POST ${this.#url.pathname} HTTP/1.1\r\nHost: ${this.#url.host}\r\nContent-Type: application/json; charset=utf-8\r\nUser-Agent: Stripe/1.0\r\nStripe-Signature: ${header}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n`;
    return Buffer.from(head + body);
  }
}

async function exchange(connection, delivery, bytes) {
  const sendTime = Date.now();
  const start = performance.now();
  const answer = await connection.send(bytes);
  return { ...delivery, ...answer, sendTime, millis: performance.now() - start };
}
