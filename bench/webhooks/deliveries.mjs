// Signed deliveries of Stripe events, and a client that sends them over a fixed number of connections.
import { createHmac } from 'node:crypto';
import { Agent, request } from 'node:http';

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

export class Sender {
  #agent;

  constructor(url, connections) {
    this.url = new URL(url);
    this.connections = connections;
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections });
  }

  /** As fast as the server takes them. @returns each with status, answer, sendTime and millis; and the seconds it took */
  async send(deliveries) {
    const queue = deliveries.values();
    const sent = [];
    const start = performance.now();
    const connection = async () => {
      for (const delivery of queue) sent.push(await this.sendOne(delivery));
    };
    await Promise.all(Array.from({ length: this.connections }, connection));
    return { sent, seconds: (performance.now() - start) / 1_000 };
  }

  sendOne(delivery) {
    const sendTime = Date.now();
    const start = performance.now();
    return new Promise((resolve, reject) => {
      const headers = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(delivery.body), 'Stripe-Signature': delivery.header };
      const call = request({ host: this.url.hostname, port: this.url.port, path: this.url.pathname, method: 'POST', agent: this.#agent, headers }, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk) => (text += chunk));
        response.on('end', () => resolve({ ...delivery, status: response.statusCode, text, sendTime, millis: performance.now() - start }));
      });
      call.on('error', reject);
      call.end(delivery.body);
    });
  }

  close() {
    this.#agent.destroy();
  }
}
