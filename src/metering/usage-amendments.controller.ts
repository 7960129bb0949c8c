import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { UsageStore } from '@tollkeeper/usage-store';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiErrors } from '../platform/http/api-errors.js';
import { CurrentAccount, RequiresScope } from '../platform/http/auth.guard.js';
import { limitOf, sendPageBy } from '../platform/http/paging.js';
import type { Principal } from '../platform/http/principal.js';
import { partsOfAmendmentCursor, readAmendmentCursor, usageAmendmentResponse, UsageAmendmentResponse, UsageAmendmentsRequest } from './dto/usage-amendments.dto.js';
import { usageScope } from './dto/usage-scope.request.js';
import { UsageRetention } from './retention/usage-retention.js';

@ApiTags('Usage')
@Controller('usage')
export class UsageAmendmentsController {
  constructor(
    private readonly store: UsageStore,
    private readonly retention: UsageRetention,
  ) {}

  @Get('amendments')
  @RequiresScope('read')
  @ApiOperation({
    summary: 'Days whose usage changed after they had ended',
    description: 'Of days that begin in the range, by day, meter and customer, with what came late: the day’s total was valueSum less lateValueSum when it ended. Of meters that exist; up to date within seconds.',
  })
  @ApiOkResponse({ type: [UsageAmendmentResponse] })
  @ApiErrors(400)
  async list(
    @CurrentAccount() { accountId }: Principal,
    @Query() query: UsageAmendmentsRequest,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<UsageAmendmentResponse[]> {
    const limit = limitOf(query);
    const { fromInMillis, toInMillis, ...scope } = usageScope(query);
    const { keptFrom } = await this.retention.bounds(accountId);
    const found = await this.store.amendments({
      ...scope,
      accountId,
      fromInMillis: Math.max(fromInMillis, keptFrom ?? 0),
      toInMillis: toInMillis ?? Number.MAX_SAFE_INTEGER,
      after: readAmendmentCursor(query.cursor),
      limit: limit + 1,
    });
    return sendPageBy(request, reply, found, limit, partsOfAmendmentCursor).map(usageAmendmentResponse);
  }
}
