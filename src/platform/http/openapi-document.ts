import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { ErrorDetailResponse, problemAnswer, ProblemResponse } from './api-errors.js';

interface Parameter {
  readonly name: string;
  readonly in: string;
  description?: string;
  readonly required?: boolean;
  readonly schema?: object;
}

interface Operation {
  readonly security?: readonly unknown[];
  readonly requestBody?: object;
  parameters?: Parameter[];
  readonly responses: Record<string, { headers?: Record<string, object> } & object>;
  readonly 'x-ignores-idempotency-key'?: boolean;
}

const PATH_PARAMETERS: Readonly<Record<string, string>> = {
  customerId: 'The seller’s own id of the customer',
  paymentMethodId: 'Id of the payment method at the provider',
  provider: 'Provider name, read case-insensitively',
  connectionId: 'Id of the connection',
};

const IDEMPOTENCY_KEY: Parameter = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: 'Up to 255 characters of your choice. The first answer to a key is replayed for 24 h, with Idempotent-Replayed: true; the same key with another request is 409',
  schema: { type: 'string', minLength: 1, maxLength: 255 },
};

const LINK = { description: 'With rel="next" the address of the next page (RFC 8288); absent on the last one', schema: { type: 'string' } };

/** OpenAPI 3.1 of all routes. What belongs to every route of a kind is said here once instead of on each. */
export function openApiDocument(app: NestFastifyApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Tollkeeper')
    .setDescription('Usage billing: meter, price, invoice, and collect through a payment provider.')
    .setVersion('0.1.0')
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addApiKey({ type: 'apiKey', in: 'header', name: 'X-API-KEY' }, 'apiKey')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'The same key' }, 'bearer')
    .build();
  const document = SwaggerModule.createDocument(app, config, {
    extraModels: [ProblemResponse, ErrorDetailResponse],
    operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '')}_${method}`,
  });
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(methods)) complete(path, method, operation as Operation);
  }
  return document;
}

function complete(path: string, method: string, operation: Operation): void {
  const parameters = (operation.parameters ??= []);
  for (const parameter of parameters) {
    if (parameter.in === 'path') parameter.description ??= PATH_PARAMETERS[parameter.name] ?? `Id of the ${thingBefore(path, parameter.name)}`;
  }
  const takesKey = operation.security !== undefined && method !== 'get' && operation['x-ignores-idempotency-key'] !== true;
  if (takesKey) parameters.push(IDEMPOTENCY_KEY);
  if (parameters.some(({ name }) => name === 'cursor')) (operation.responses['200'] ??= {}).headers = { Link: LINK };
  const statuses = [
    ...(operation.security ? [401, 403] : []),
    ...(operation.requestBody ? [400, 413, 415] : []),
    ...(parameters.length > 0 ? [400] : []),
    ...(takesKey ? [409] : []),
  ];
  for (const status of statuses) operation.responses[status] ??= problemAnswer(status);
}

/** `/product-items/{id}` → `product item` */
function thingBefore(path: string, parameter: string): string {
  const collection = path.split(`/{${parameter}}`)[0]?.split('/').at(-1) ?? '';
  return collection.replace(/s$/, '').replaceAll('-', ' ');
}
