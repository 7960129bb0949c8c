import { randomUUID } from 'node:crypto';
import type { DynamicModule, LoggerService, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { SwaggerModule } from '@nestjs/swagger';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { measureRequests } from '../metrics/http-metrics.js';
import { Metrics } from '../metrics/metrics.js';
import { closeConnectionsInTime } from './connection-closing.js';
import { openApiDocument } from './openapi-document.js';
import { PROBLEM_CONTENT_TYPE, problemOf } from './problem.js';
import { BODY_LIMIT_IN_BYTES, configureRequestBody } from './request-body.js';

/** A customer's id has up to 255 characters, of which some take three in a path. */
const LONGEST_PATH_PARAMETER = 1_024;

export interface HttpApplicationOptions {
  readonly logger?: LoggerService | false;
}

/** Our HTTP shell around a module: trailing slashes optional, raw bodies kept, gzip accepted, OpenAPI at /openapi.json. */
export async function createHttpApplication(module: DynamicModule | Type, options: HttpApplicationOptions = {}): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    bodyLimit: BODY_LIMIT_IN_BYTES,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: LONGEST_PATH_PARAMETER },
    genReqId: () => randomUUID(),
    forceCloseConnections: 'idle',
    // Addresses the router cannot read never reach the exception filter.
    frameworkErrors: answerUnreadableAddress,
  });
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    rawBody: true,
    bodyParser: false,
    abortOnError: false,
    ...(options.logger === undefined ? {} : { logger: options.logger }),
  });
  const fastify = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  fastify.addHook('onRequest', (request, reply, done) => {
    void reply.header('X-Request-Id', request.id);
    done();
  });
  measureRequests(fastify, app.get(Metrics, { strict: false }));
  configureRequestBody(app);
  closeConnectionsInTime(fastify);
  SwaggerModule.setup('docs', app, () => openApiDocument(app), { jsonDocumentUrl: 'openapi.json', yamlDocumentUrl: 'openapi.yaml' });
  return app;
}

function answerUnreadableAddress(error: Error, request: FastifyRequest, reply: FastifyReply): void {
  const problem = problemOf(error, request.id);
  void reply.status(problem.status).header('X-Request-Id', request.id).header('Content-Type', PROBLEM_CONTENT_TYPE).send(JSON.stringify(problem));
}
