import { afterEach, describe, expect, it } from '@jest/globals';
import { ScriptedServer, json } from '../testing/scripted-server.js';
import { readAll, readPage } from './page.js';
import { Transport } from './transport.js';

let server: ScriptedServer;

async function transportTo(...script: Parameters<typeof ScriptedServer.start>): Promise<Transport> {
  server = await ScriptedServer.start(...script);
  return new Transport({ baseUrl: server.url, apiKey: 'tk_test' });
}

afterEach(async () => {
  await server.stop();
});

describe('a list', () => {
  it('says how to go on', async () => {
    const transport = await transportTo(json([1, 2], 200, { Link: '</invoices?limit=2&cursor=abc%3D>; rel="next"' }));
    expect(await readPage(transport, '/invoices', { limit: 2 })).toEqual({ items: [1, 2], nextCursor: 'abc=' });
  });

  it.each([[undefined], ['</invoices?cursor=x>; rel="prev"']])('ends when there is no next link (%p)', async (link) => {
    const transport = await transportTo(json([1], 200, link === undefined ? {} : { Link: link }));
    expect((await readPage(transport, '/invoices', {})).nextCursor).toBeUndefined();
  });

  it('finds the next link among others', async () => {
    const transport = await transportTo(json([], 200, { Link: '</a?cursor=p>; rel="prev", </a?cursor=n>; title="x"; rel=next' }));
    expect((await readPage(transport, '/a', {})).nextCursor).toBe('n');
  });

  it('is read to its end, page by page, with its filters', async () => {
    const transport = await transportTo(json([1, 2], 200, { Link: '</invoices?cursor=c2>; rel="next"' }), json([3]));
    const rows: number[] = [];
    for await (const row of readAll<number>(transport, '/invoices', { customerId: 'acme' })) {
      rows.push(row);
    }
    expect(rows).toEqual([1, 2, 3]);
    expect(server.seen.map(({ url }) => url)).toEqual(['/invoices?customerId=acme', '/invoices?customerId=acme&cursor=c2']);
  });

  it('asks for no page that nobody reads', async () => {
    const transport = await transportTo(json([1, 2], 200, { Link: '</invoices?cursor=c2>; rel="next"' }));
    for await (const row of readAll<number>(transport, '/invoices', {})) {
      expect(row).toBe(1);
      break;
    }
    expect(server.seen).toHaveLength(1);
  });
});
