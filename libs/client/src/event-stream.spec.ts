import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from '@jest/globals';
import { ScriptedServer, hangUp, json } from '../testing/scripted-server.js';
import { streamEvents, type EventStreamOptions } from './event-stream.js';
import { Transport } from './transport.js';

let server: ScriptedServer;

afterEach(async () => {
  await server.stop();
});

async function transportTo(...script: Parameters<typeof ScriptedServer.start>): Promise<Transport> {
  server = await ScriptedServer.start(...script);
  return new Transport({ baseUrl: server.url, apiKey: 'tk_test', retryDelayInMillis: 1 });
}

/** Sends the pieces one by one; the stream stays open unless it is to end. */
function stream(pieces: readonly (string | Uint8Array)[], end = false) {
  return (response: ServerResponse): void => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    void (async () => {
      for (const piece of pieces) {
        response.write(piece);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      if (end) {
        response.end();
      }
    })();
  };
}

function event(id: string): string {
  return `retry: 5\nid: at-${id}\nevent: invoice.settled\ndata: ${JSON.stringify({ id, type: 'invoice.settled' })}\n\n`;
}

async function take(transport: Transport, count: number, options: EventStreamOptions = {}): Promise<string[]> {
  const ids: string[] = [];
  for await (const { id } of streamEvents(transport, options)) {
    ids.push(id);
    if (ids.length === count) {
      break;
    }
  }
  return ids;
}

describe('the event stream', () => {
  it('is read event by event, whatever way it is cut', async () => {
    const whole = Buffer.from(`: welcome\n\n${event('evt_1')}:beat\r\n\r\nid:evt_2\r\ndata:{"id":"evt_2",\r\ndata:"type":"ä.b"}\r\n\r\n`);
    const transport = await transportTo(stream([...whole].map((byte) => Uint8Array.of(byte))));
    expect(await take(transport, 2)).toEqual(['evt_1', 'evt_2']);
    expect(server.seen[0]).toMatchObject({ url: '/events', headers: { accept: 'text/event-stream', 'x-api-key': 'tk_test' } });
    expect(server.seen[0]?.headers['last-event-id']).toBeUndefined();
  });

  it('goes on behind the last event after the connection was lost', async () => {
    const transport = await transportTo(stream([event('evt_1'), event('evt_2')], true), hangUp, json({}, 503), stream([event('evt_3')]));
    expect(await take(transport, 3)).toEqual(['evt_1', 'evt_2', 'evt_3']);
    expect(server.seen.map(({ headers }) => headers['last-event-id'])).toEqual([undefined, 'at-evt_2', 'at-evt_2', 'at-evt_2']);
  });

  it('tells the position of each event, to go on from later', async () => {
    const transport = await transportTo(stream([event('evt_1')]));
    const events = streamEvents(transport);
    const { value } = await events.next();
    await events.return();
    expect(value).toEqual({ id: 'evt_1', type: 'invoice.settled', position: 'at-evt_1' });
  });

  it('misses nothing when the connection is lost before the first event', async () => {
    const transport = await transportTo(stream(['retry: 5\nid: start\n\n'], true), stream([event('evt_1')]));
    expect(await take(transport, 1)).toEqual(['evt_1']);
    expect(server.seen[1]?.headers['last-event-id']).toBe('start');
  });

  it('drops an event that was cut off, and gets it whole the next time', async () => {
    const transport = await transportTo(stream([event('evt_1'), event('evt_2').slice(0, -3)], true), stream([event('evt_2')]));
    expect(await take(transport, 2)).toEqual(['evt_1', 'evt_2']);
    expect(server.seen[1]?.headers['last-event-id']).toBe('at-evt_1');
  });

  it('starts where the caller left off', async () => {
    const transport = await transportTo(stream([event('evt_8')]));
    expect(await take(transport, 1, { after: 'at-evt_7' })).toEqual(['evt_8']);
    expect(server.seen[0]?.headers['last-event-id']).toBe('at-evt_7');
  });

  it('connects again when it hears nothing any more', async () => {
    const transport = await transportTo(stream([event('evt_1')]), stream([event('evt_2')]));
    expect(await take(transport, 2, { idleTimeoutInMillis: 40 })).toEqual(['evt_1', 'evt_2']);
  });

  it('is kept alive by heartbeats', async () => {
    const transport = await transportTo(stream([event('evt_1'), ...Array.from({ length: 20 }, () => ':\n\n'), event('evt_2')]), hangUp);
    expect(await take(transport, 2, { idleTimeoutInMillis: 60 })).toEqual(['evt_1', 'evt_2']);
    expect(server.seen).toHaveLength(1);
  });

  it('ends with an error that waiting would not change', async () => {
    const transport = await transportTo(json({ code: 'invalid_api_key', errorMessage: 'The API key is unknown.' }, 401));
    await expect(take(transport, 1)).rejects.toMatchObject({ status: 401, code: 'invalid_api_key' });
    expect(server.seen).toHaveLength(1);
  });

  it('ends quietly when the caller aborts, and leaves no connection', async () => {
    let closed = false;
    const transport = await transportTo((response) => {
      response.on('close', () => (closed = true));
      stream([event('evt_1')])(response);
    });
    const caller = new AbortController();
    setTimeout(() => caller.abort(), 60);
    expect(await take(transport, 2, { signal: caller.signal })).toEqual(['evt_1']);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(closed).toBe(true);
  });

  it('leaves no connection when the caller just stops reading', async () => {
    let closed = false;
    const transport = await transportTo((response) => {
      response.on('close', () => (closed = true));
      stream([event('evt_1')])(response);
    });
    await take(transport, 1);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(closed).toBe(true);
  });
});
