import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Metrics } from '../platform/metrics/metrics.js';

/** What a probe and a scraper need of a process, in every role: a worker has no other listener. Asks for no key, so it stays on the inside. */
export interface InternalListener {
  readonly port: number;
  close(): Promise<void>;
}

interface Sources {
  readonly metrics: Metrics;
  isReady(): Promise<boolean>;
}

/** @throws Error when the port is taken */
export async function listenInternally(address: { host: string; port: number }, sources: Sources): Promise<InternalListener> {
  const server = createServer((request, response) => {
    answer(request.url ?? '/', response, sources).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(address.port, address.host, resolve);
  });
  return { port: (server.address() as AddressInfo).port, close: () => close(server) };
}

async function answer(path: string, response: ServerResponse, { metrics, isReady }: Sources): Promise<void> {
  switch (path.split('?')[0]) {
    case '/metrics':
      return send(response, 200, await metrics.registry.metrics(), metrics.registry.contentType);
    case '/health/live':
      return send(response, 200, '{"status":"ok"}', 'application/json');
    case '/health/ready':
      return (await isReady()) ? send(response, 200, '{"status":"ok"}', 'application/json') : send(response, 503, '{"status":"not ready"}', 'application/json');
    default:
      return send(response, 404, 'Here are /metrics, /health/live and /health/ready.\n', 'text/plain');
  }
}

function send(response: ServerResponse, status: number, body: string, contentType: string): void {
  response.writeHead(status, { 'Content-Type': contentType });
  response.end(body);
}

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
