import { once } from 'node:events';
import { Controller, Get, Headers, Req, Res } from '@nestjs/common';
import { ApiHeader, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiErrors } from '../platform/http/api-errors.js';
import { CurrentAccount, RequiresScope } from '../platform/http/auth.guard.js';
import type { Principal } from '../platform/http/principal.js';
import { EventStreams, type StreamItem } from './event-streams.js';
import { EventTail } from './event-tail.js';

@ApiTags('Events')
@Controller('events')
export class EventsController {
  constructor(
    private readonly streams: EventStreams,
    private readonly tail: EventTail,
  ) {}

  @Get()
  @RequiresScope('read')
  @ApiOperation({ summary: 'Everything that happens in the account, as server-sent events' })
  @ApiHeader({ name: 'Last-Event-ID', required: false, description: 'Goes on behind this event; 0-0 replays everything' })
  @ApiOkResponse({ content: { 'text/event-stream': { schema: { type: 'string', example: 'id: 1042-7\nevent: invoice.settled\ndata: {"id":"evt_…","type":"invoice.settled",…}\n\n' } } } })
  @ApiErrors(400)
  async stream(@CurrentAccount() principal: Principal, @Headers('last-event-id') lastEventId: string | undefined, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const closed = new AbortController();
    // Listened for before anything is waited for: a reader who leaves early must not be streamed to for ever.
    reply.raw.once('close', () => closed.abort());
    const from = lastEventId ?? (await this.tail.end());
    // Asked once before the answer begins, so that a bad position is a 400 and not a broken stream.
    await this.tail.after(principal.accountId, from);
    reply.hijack();
    reply.raw.writeHead(200, { 'Content-Type': 'text/event-stream; charset=utf-8', 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no', 'X-Request-Id': request.id });
    if (request.method === 'HEAD') return void reply.raw.end();
    reply.raw.write(`retry: 1000\nid: ${from}\n\n`);
    const ended = AbortSignal.any([closed.signal, this.streams.stopping]);
    try {
      for await (const item of this.streams.follow(principal.accountId, from, ended)) {
        if (!reply.raw.write(render(item))) await drained(reply, ended);
      }
    } finally {
      // What a reader does not take would keep its connection, and with it the shutdown, open.
      if (reply.raw.writableNeedDrain) reply.raw.destroy();
      else reply.raw.end();
    }
  }
}

function render(item: StreamItem): string {
  if ('heartbeat' in item) return ': still here\n\n';
  const { position, ...event } = item.event;
  return `id: ${position}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}

/** A reader that is too slow stops the stream instead of filling memory. */
async function drained(reply: FastifyReply, signal: AbortSignal): Promise<void> {
  await once(reply.raw, 'drain', { signal }).catch(() => undefined);
}
