import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** Requests that reach an application without a socket in between: everything of ours runs, the network does not. */
export async function fetchFrom(app: NestFastifyApplication, input: unknown, init: RequestInit = {}): Promise<Response> {
  const { pathname, search } = new URL(String(input));
  const answer = await app.inject({
    method: (init.method ?? 'GET') as 'GET',
    url: `${pathname}${search}`,
    headers: Object.fromEntries(new Headers(init.headers)),
    ...(typeof init.body === 'string' ? { payload: init.body } : {}),
  });
  const headers = new Headers(Object.entries(answer.headers).map(([name, value]): [string, string] => [name, String(value)]));
  return new Response(answer.statusCode === 204 ? null : answer.payload, { status: answer.statusCode, headers });
}
