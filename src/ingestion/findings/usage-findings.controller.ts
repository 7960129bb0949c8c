import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiErrors } from '../../platform/http/api-errors.js';
import { CurrentAccount, RequiresScope } from '../../platform/http/auth.guard.js';
import { limitOf, PageRequest, parseCursor, sendPage } from '../../platform/http/paging.js';
import type { Principal } from '../../platform/http/principal.js';
import { UnmatchedUsageRequest, UnmatchedUsageResponse, unmatchedUsageResponse, UsageConflictResponse, usageConflictResponse } from './usage-findings.dto.js';
import { UsageFindings } from './usage-findings.js';

@ApiTags('Ingestion')
@Controller('ingest')
export class UsageFindingsController {
  constructor(private readonly findings: UsageFindings) {}

  @Get('unmatched')
  @RequiresScope('read')
  @ApiOperation({ summary: 'Usage of customers and meters that do not exist', description: 'It is stored, and counts once they are there. Found within seconds of its coming.' })
  @ApiOkResponse({ type: [UnmatchedUsageResponse] })
  @ApiErrors(400)
  async unmatched(
    @CurrentAccount() { accountId }: Principal,
    @Query() query: UnmatchedUsageRequest,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<UnmatchedUsageResponse[]> {
    const limit = limitOf(query);
    const rows = await this.findings.list(accountId, { kind: query.kind, isMatched: query.matched ?? false }, limit + 1, parseCursor(query));
    return sendPage(request, reply, rows, limit, ({ createTime, id }) => ({ createTime, id })).map(unmatchedUsageResponse);
  }

  @Get('conflicts')
  @RequiresScope('read')
  @ApiOperation({ summary: 'Usage that was not counted because its id is known with other content' })
  @ApiOkResponse({ type: [UsageConflictResponse] })
  @ApiErrors(400)
  async conflicts(
    @CurrentAccount() { accountId }: Principal,
    @Query() query: PageRequest,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<UsageConflictResponse[]> {
    const limit = limitOf(query);
    const rows = await this.findings.conflicts(accountId, String(parseCursor(query)?.createTime ?? 0), limit + 1);
    // Of a list by sequence the sequence is all that a cursor holds.
    return sendPage(request, reply, rows, limit, ({ sequence }) => ({ createTime: Number(sequence), id: '' })).map(usageConflictResponse);
  }
}
