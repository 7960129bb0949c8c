export type HttpMethod = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS';

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The parsed body; the text itself where it is no JSON. */
  readonly body: unknown;
}

export interface HttpExchange {
  readonly method: HttpMethod;
  /** Without the query. */
  readonly path: string;
  readonly answer: HttpAnswer;
}

/** Calls over a real connection, so that what is tested is what a client meets. */
export class HttpCaller {
  constructor(
    readonly url: string,
    /** Null calls without a key. */
    readonly key: string | null,
    /** Sees every exchange, for specs about all answers there were. */
    readonly listener: (exchange: HttpExchange) => void = () => undefined,
  ) {}

  /** @param body an object is sent as JSON, text and bytes as they are, undefined not at all */
  async call(method: HttpMethod, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<HttpAnswer> {
    const payload = body === undefined || typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body);
    const response = await fetch(`${this.url}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        ...(this.key === null ? {} : { 'X-API-KEY': this.key }),
        ...(payload === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(payload === undefined ? {} : { body: payload as string | Uint8Array<ArrayBuffer> }),
    });
    const text = await response.text();
    const answer = { status: response.status, headers: response.headers, text, body: parsed(text) };
    this.listener({ method, path: path.split('?')[0]!, answer });
    return answer;
  }

  /** The same server, asked with another key. */
  as(key: string | null): HttpCaller {
    return new HttpCaller(this.url, key, this.listener);
  }

  /** @throws Error with the whole answer unless it is a 200: for the steps that lead up to what is tested */
  async expectOk<Body = Record<string, unknown>>(method: HttpMethod, path: string, body?: unknown): Promise<Body> {
    const answer = await this.call(method, path, body);
    if (answer.status !== 200) throw new Error(`${method} ${path} answered ${answer.status}: ${answer.text}`);
    return answer.body as Body;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
