import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  readonly bytes: Buffer;
}

export type Answer = (response: ServerResponse, request: SeenRequest) => void;

/** A real HTTP server that gives the answers of a script, one per request, and keeps what it was asked. The last answer repeats. */
export class ScriptedServer {
  readonly seen: SeenRequest[] = [];
  private readonly server = createServer((request, response) => void this.answer(request, response));

  private constructor(private readonly script: Answer[]) {}

  static async start(...script: Answer[]): Promise<ScriptedServer> {
    const scripted = new ScriptedServer(script);
    await new Promise<void>((resolve) => scripted.server.listen(0, '127.0.0.1', resolve));
    return scripted;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) {
      chunks.push(chunk as Buffer);
    }
    const seen = { method: request.method ?? '', url: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks).toString(), bytes: Buffer.concat(chunks) };
    this.seen.push(seen);
    const answer = this.script[Math.min(this.seen.length, this.script.length) - 1];
    if (answer === undefined) {
      throw new Error('The script is empty.');
    }
    answer(response, seen);
  }
}

export function json(body: unknown, status = 200, headers: Record<string, string> = {}): Answer {
  return (response) => response.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(JSON.stringify(body));
}

export function text(body: string, status = 200, headers: Record<string, string> = {}): Answer {
  return (response) => response.writeHead(status, { 'Content-Type': 'text/plain', ...headers }).end(body);
}

/** Ends the connection without an answer. */
export const hangUp: Answer = (response) => response.destroy();

/** Takes the request and never answers. */
export const silence: Answer = () => undefined;
