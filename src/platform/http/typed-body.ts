import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { RouteConfig } from '@nestjs/platform-fastify';

/** A body in a format of the route's own, which reads it itself. */
export class TypedBody {
  constructor(
    /** Media type without parameters. */
    readonly type: string,
    readonly bytes: Buffer,
  ) {}
}

/** The route takes these media types besides JSON, as a TypedBody. Everywhere else they are refused. */
export const TakesMediaTypes = (...types: string[]): MethodDecorator => RouteConfig({ mediaTypes: types });

class UnsupportedMediaType extends Error {
  readonly statusCode = 415;
}

/** Every media type that any route takes has to be known to the framework before it sees a route. */
export function readTypedBodies(app: NestFastifyApplication, types: readonly string[], bodyLimitInBytes: number): void {
  for (const type of types) {
    app.useBodyParser(type, { bodyLimit: bodyLimitInBytes }, (request, body, done) => {
      const { mediaTypes } = request.routeOptions.config as { mediaTypes?: readonly string[] };
      done(mediaTypes?.includes(type) ? null : new UnsupportedMediaType(), new TypedBody(type, body));
    });
  }
}
