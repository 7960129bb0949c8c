import type { INestApplication, Type } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyRequest } from 'fastify';

interface RawRoute {
  readonly limitInBytes: number;
  readonly controller: Type;
  readonly method: PropertyKey;
}

type Handler = (request: FastifyRequest) => Promise<unknown>;

/**
 * The route takes the bytes as they are: nothing is parsed, `rawBody` is all there is. A longer body is answered 413 as soon as its length
 * is known. The method is called with the request alone, past guards, pipes and interceptors, which cost a tenth of accepting a webhook
 * and have nothing to do for it: it has to be public, and to check all that it reads.
 */
export const TakesRawBody =
  (limitInBytes: number): MethodDecorator =>
  (target, method, descriptor) => {
    RouteConfig({ raw: { limitInBytes, controller: target.constructor as Type, method } satisfies RawRoute })(target, method, descriptor);
  };

/** Before any route is registered: the framework judges a body's length by its route. */
export function routeRawBodies(app: INestApplication, fastify: FastifyInstance): void {
  fastify.addHook('onRoute', (route) => {
    const raw = rawRouteOf(route.config);
    if (!raw) return;
    const controller = app.get<Record<PropertyKey, Handler>>(raw.controller, { strict: false });
    route.bodyLimit = raw.limitInBytes;
    route.handler = (request) => (controller[raw.method] as Handler).call(controller, request);
  });
}

export function isRaw(request: unknown): boolean {
  return rawRouteOf((request as { routeOptions: { config: unknown } }).routeOptions.config) !== undefined;
}

function rawRouteOf(config: unknown): RawRoute | undefined {
  return (config as { raw?: RawRoute } | undefined)?.raw;
}
