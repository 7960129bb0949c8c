import type { FastifyInstance } from 'fastify';
import type { Metrics } from './metrics.js';

/** How long answers take, by route as it is written in the code: an address holds ids, and every one would be a series of its own. */
export function measureRequests(fastify: FastifyInstance, metrics: Metrics): void {
  const seconds = metrics.histogram({ name: 'http_request_duration_seconds', help: 'From a request to its answer.', labels: ['method', 'route', 'status'] });
  fastify.addHook('onResponse', (request, reply, done) => {
    seconds.observe({ method: request.method, route: request.routeOptions.url ?? 'unknown', status: `${Math.floor(reply.statusCode / 100)}xx` }, reply.elapsedTime / 1_000);
    done();
  });
}
