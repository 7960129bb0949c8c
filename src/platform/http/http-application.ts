import { randomUUID } from 'node:crypto';
import { createGunzip } from 'node:zlib';
import type { DynamicModule, LoggerService, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { DomainError } from '@tollkeeper/kernel';
import type { FastifyInstance } from 'fastify';
import { ErrorDetailResponse, ProblemResponse } from './api-errors.js';

/** Bytes of a request body, before and after gzip; a batch of 1,000 ordinary events is about 0.3 MB. */
const BODY_LIMIT_IN_BYTES = 8 * 1024 * 1024;

export interface HttpApplicationOptions {
  readonly logger?: LoggerService | false;
}

/** Our HTTP shell around a module: trailing slashes optional, raw bodies kept, gzip accepted, OpenAPI at /openapi.json. */
export async function createHttpApplication(module: DynamicModule | Type, options: HttpApplicationOptions = {}): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    bodyLimit: BODY_LIMIT_IN_BYTES,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 500 },
    genReqId: () => randomUUID(),
    forceCloseConnections: 'idle',
  });
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    rawBody: true,
    abortOnError: false,
    ...(options.logger === undefined ? {} : { logger: options.logger }),
  });
  configureHttp(app);
  return app;
}

/** For applications that a test or an embedding program creates itself, with the same adapter options as above. */
export function configureHttp(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  fastify.addHook('onRequest', (request, reply, done) => {
    void reply.header('X-Request-Id', request.id);
    done();
  });
  acceptGzip(fastify);
  SwaggerModule.setup('docs', app, () => openApiDocument(app), { jsonDocumentUrl: 'openapi.json', yamlDocumentUrl: 'openapi.yaml' });
}

/** A compressed body is inflated before it is parsed, and stops at the same limit: a small bomb must not fill memory. */
function acceptGzip(fastify: FastifyInstance): void {
  fastify.addHook('preParsing', (request, _reply, payload, done) => {
    const encoding = request.headers['content-encoding'];
    if (encoding === undefined || encoding === 'identity') {
      done(null, payload);
      return;
    }
    if (encoding !== 'gzip') {
      done(new DomainError('invalid', 'unsupported_encoding', `Content-Encoding '${encoding}' is not supported. Send gzip or none.`));
      return;
    }
    const inflated = createGunzip();
    let bytes = 0;
    inflated.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      // Without an error: the framework counts too and answers 413, and has stopped listening for errors by then.
      if (bytes > BODY_LIMIT_IN_BYTES) inflated.destroy();
    });
    payload.on('error', (error) => inflated.destroy(error));
    delete request.headers['content-encoding'];
    delete request.headers['content-length'];
    done(null, payload.pipe(inflated));
  });
}

export function openApiDocument(app: NestFastifyApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Tollkeeper')
    .setDescription('Usage billing: meter, price, invoice, and collect through a payment provider.')
    .setVersion('0.1.0')
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addApiKey({ type: 'apiKey', in: 'header', name: 'X-API-KEY' }, 'apiKey')
    .build();
  const document = SwaggerModule.createDocument(app, config, {
    extraModels: [ProblemResponse, ErrorDetailResponse],
    operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '')}_${method}`,
  });
  documentAuthenticationErrors(document);
  return document;
}

/** 401 and 403 belong to every route that needs a key; said once here instead of on each. */
function documentAuthenticationErrors(document: OpenAPIObject): void {
  const schema = { $ref: '#/components/schemas/ProblemResponse' };
  for (const path of Object.values(document.paths)) {
    for (const operation of Object.values(path) as { security?: unknown[]; responses?: Record<string, unknown> }[]) {
      if (!operation.security || !operation.responses) continue;
      operation.responses['401'] ??= { description: 'No API key, or one that is unknown or revoked', content: { 'application/problem+json': { schema } } };
      operation.responses['403'] ??= { description: 'The key lacks the scope', content: { 'application/problem+json': { schema } } };
    }
  }
}
