import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer } from './answer.js';

/** A slow answer comes in so many pieces. */
const DRIPS = 10;

interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
}

/** `no_answer` leaves the caller waiting until its own time-out. */
export function cut({ request }: Exchange, outcome: 'reset' | 'no_answer'): void {
  if (outcome === 'reset') request.socket.resetAndDestroy();
}

/** Promises the whole body, sends half of it and hangs up. */
export function sendHalf({ request, response }: Exchange, answer: Answer): void {
  response.writeHead(answer.status, { ...answer.headers, 'content-length': Buffer.byteLength(answer.body) });
  response.write(answer.body.slice(0, answer.body.length / 2), () => request.socket.destroy());
}

/** Sends the whole answer, in pieces with a pause before each. */
export async function drip({ response }: Exchange, answer: Answer, totalInMillis: number): Promise<void> {
  const body = Buffer.from(answer.body);
  const size = Math.ceil(body.length / DRIPS);
  response.writeHead(answer.status, { ...answer.headers, 'content-length': body.length });
  for (let start = 0; start < body.length && !response.destroyed; start += size) {
    await sleep(totalInMillis / DRIPS);
    response.write(body.subarray(start, start + size));
  }
  response.end();
}
