import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';

/** The route takes the bytes as they are: nothing is parsed, `rawBody` is all there is. A longer body is answered 413 as soon as its length is known. */
export const TakesRawBody = (limitInBytes: number): MethodDecorator & ClassDecorator => RouteConfig({ rawBodyLimitInBytes: limitInBytes });

/** Before any route is registered: the framework judges a body's length by its route. */
export function limitRawBodies(fastify: FastifyInstance): void {
  fastify.addHook('onRoute', (route) => {
    const limit = limitOf(route.config);
    if (limit !== undefined) route.bodyLimit = limit;
  });
}

export function isRaw(request: unknown): boolean {
  return limitOf((request as { routeOptions: { config: unknown } }).routeOptions.config) !== undefined;
}

function limitOf(config: unknown): number | undefined {
  return (config as { rawBodyLimitInBytes?: number } | undefined)?.rawBodyLimitInBytes;
}
