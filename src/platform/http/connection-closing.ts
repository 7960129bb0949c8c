import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** Answers under way get this long before they are cut: half of what the whole shutdown may take. */
const CUT_AFTER_IN_MILLIS = 5_000;
const LOOK_EVERY_IN_MILLIS = 50;

/**
 * Closing waits for open connections, which can be for ever: Node counts one that never sent a request (a browser's or a client's
 * spare one) as busy, and keeps one alive whose answer was still under way when the listener closed.
 */
export function closeConnectionsInTime(fastify: FastifyInstance): void {
  const { server } = fastify;
  const unused = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    unused.add(socket);
    socket.once('close', () => unused.delete(socket));
  });
  server.on('request', (request: IncomingMessage) => unused.delete(request.socket));
  fastify.addHook('preClose', (done) => {
    for (const socket of unused) socket.destroy();
    if (server.listening) {
      const answered = setInterval(() => server.closeIdleConnections(), LOOK_EVERY_IN_MILLIS);
      const cut = setTimeout(() => server.closeAllConnections(), CUT_AFTER_IN_MILLIS);
      server.once('close', () => {
        clearInterval(answered);
        clearTimeout(cut);
      });
    }
    done();
  });
}
