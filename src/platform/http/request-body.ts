import { Transform, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { invalid } from '@tollkeeper/kernel';
import type { FastifyInstance } from 'fastify';
import { isRaw, routeRawBodies } from './raw-body.js';
import { readTypedBodies } from './typed-body.js';

/** Bytes of a request body, before and after gzip; a batch of 1,000 ordinary events is about 0.3 MB. */
export const BODY_LIMIT_IN_BYTES = 8 * 1024 * 1024;

/** Browsers' fetch says text/plain where the caller names no type; forms and anything else are refused with 415. */
const READ_AS_JSON = ['application/json', 'text/plain'];

/** Formats of one record to a line, for the routes that ask for them. */
const TYPED = ['application/x-ndjson', 'application/ndjson', 'application/jsonl', 'text/csv'];

/** How bodies are read: JSON, gzip or not, with the exact bytes kept for signatures. Needs `bodyParser: false` and `rawBody: true`. */
export function configureRequestBody(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  routeRawBodies(app, fastify);
  ignoreTypeOfEmptyBody(fastify);
  acceptGzip(fastify);
  const parseJson = fastify.getDefaultJsonParser('error', 'error') as unknown as (request: unknown, body: string, done: (error: Error | null, value?: unknown) => void) => void;
  readTypedBodies(app, TYPED, BODY_LIMIT_IN_BYTES);
  for (const type of READ_AS_JSON) {
    app.useBodyParser(type, { bodyLimit: BODY_LIMIT_IN_BYTES }, (request, body, done) => {
      if (body.length === 0 || isRaw(request)) return done(null, undefined);
      // The parser's own message quotes the body, which may hold a secret.
      return parseJson(request, body.toString('utf8'), (error, value) =>
        done(error ? invalid('invalid_json', 'The body is not valid JSON, or it has a key named __proto__.') : null, value),
      );
    });
  }
}

/** Many clients name a content type on every request; without a body it says nothing, and routes that need one ask for it themselves. */
function ignoreTypeOfEmptyBody(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, _reply, done) => {
    const { headers } = request;
    if (headers['transfer-encoding'] === undefined && Number(headers['content-length'] ?? 0) === 0) {
      delete headers['content-type'];
      delete headers['content-encoding'];
    }
    done();
  });
}

/** A compressed body is inflated before it is parsed, and stops at the same limit: a small bomb must not fill memory. */
function acceptGzip(fastify: FastifyInstance): void {
  fastify.addHook('preParsing', (request, _reply, payload, done) => {
    const encoding = request.headers['content-encoding']?.toLowerCase();
    if (encoding === undefined || encoding === 'identity') {
      done(null, payload);
      return;
    }
    if (encoding !== 'gzip') {
      done(invalid('unsupported_encoding', `Content-Encoding '${encoding}' is not supported. Send gzip or none.`));
      return;
    }
    delete request.headers['content-encoding'];
    delete request.headers['content-length'];
    done(null, inflate(payload));
  });
}

function inflate(compressed: Readable): Readable {
  const gunzip = createGunzip();
  let bytes = 0;
  const inflated = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      done(null, chunk);
      // The framework counts as well and has answered 413; what is left only costs time.
      if (bytes > BODY_LIMIT_IN_BYTES) gunzip.destroy();
    },
  });
  // The framework stops listening once it has answered, and an error nobody listens to ends the process.
  inflated.on('error', () => undefined);
  gunzip.on('error', () => inflated.destroy(invalid('invalid_gzip', 'The body is not whole and valid gzip, although Content-Encoding says so.')));
  compressed.on('error', (error) => gunzip.destroy(error));
  compressed.pipe(gunzip).pipe(inflated);
  return inflated;
}
