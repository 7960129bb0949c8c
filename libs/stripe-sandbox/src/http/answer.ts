import type { ServerResponse } from 'node:http';
import { StripeError } from './stripe-error.js';

export interface Answer {
  status: number;
  body: string;
  headers: Record<string, string>;
}

export function jsonAnswer(status: number, body: object, headers: Record<string, string> = {}): Answer {
  return { status, body: JSON.stringify(body, null, 2), headers: { 'content-type': 'application/json', ...headers } };
}

/** Any error as Stripe's envelope; one that is not ours is an honest 500. */
export function errorAnswer(error: unknown): Answer {
  if (error instanceof StripeError) return jsonAnswer(error.status, { error: withDocUrl(error.body) }, error.options.headers);
  return jsonAnswer(500, { error: { type: 'api_error', message: `The sandbox failed: ${error instanceof Error ? error.message : String(error)}` } });
}

function withDocUrl(body: { code?: string }): object {
  return body.code ? { ...body, doc_url: `https://stripe.com/docs/error-codes/${body.code.replaceAll('_', '-')}` } : body;
}

export function send(response: ServerResponse, answer: Answer): void {
  response.writeHead(answer.status, { ...answer.headers, 'content-length': Buffer.byteLength(answer.body) });
  response.end(answer.body);
}
