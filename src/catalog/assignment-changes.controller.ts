import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiErrors } from '../platform/http/api-errors.js';
import { CurrentAccount, RequiresScope } from '../platform/http/auth.guard.js';
import { limitOf, parseCursor, sendPage } from '../platform/http/paging.js';
import type { Principal } from '../platform/http/principal.js';
import { AssignmentChangesService } from './assignment-changes.service.js';
import { AssignmentChangeResponse, ChangeListRequest, changeResponse, ScheduleChangeRequest, wantedChange } from './dto/assignment-change.dto.js';

@ApiTags('Catalog')
@Controller()
export class AssignmentChangesController {
  constructor(private readonly changes: AssignmentChangesService) {}

  @Post('assignments/:id/changes')
  @HttpCode(200)
  @RequiresScope('write')
  @ApiOperation({
    summary: 'Move a customer to another plan, or end the assignment: now, at a date or at the period’s end',
    description: 'Both sides of a change within a period are prorated as their plans say, and what was billed in advance and is not used is given back on the next invoice. What is locked is not rewritten.',
  })
  @ApiOkResponse({ type: AssignmentChangeResponse })
  @ApiErrors(400, 404, 409)
  async schedule(@CurrentAccount() { accountId }: Principal, @Param('id') id: string, @Body() body: ScheduleChangeRequest): Promise<AssignmentChangeResponse> {
    return changeResponse(await this.changes.schedule(accountId, id, wantedChange(body)));
  }

  @Get('assignment-changes')
  @RequiresScope('read')
  @ApiOperation({ summary: 'List changes of assignments in creation order', description: 'status scheduled lists what is still to come.' })
  @ApiOkResponse({ type: [AssignmentChangeResponse] })
  @ApiErrors(400)
  async list(
    @CurrentAccount() { accountId }: Principal,
    @Query() query: ChangeListRequest,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AssignmentChangeResponse[]> {
    const limit = limitOf(query);
    const rows = await this.changes.list(accountId, query, { after: parseCursor(query), limit: limit + 1 });
    return sendPage(request, reply, rows, limit, ({ change }) => change).map(changeResponse);
  }

  @Get('assignment-changes/:id')
  @RequiresScope('read')
  @ApiOperation({ summary: 'Get a change of an assignment' })
  @ApiOkResponse({ type: AssignmentChangeResponse })
  @ApiErrors(404)
  async get(@CurrentAccount() { accountId }: Principal, @Param('id') id: string): Promise<AssignmentChangeResponse> {
    return changeResponse(await this.changes.get(accountId, id));
  }

  @Delete('assignment-changes/:id')
  @RequiresScope('write')
  @ApiOperation({ summary: 'Cancel a change that is still to come', description: 'The assignment goes on as if it had not been scheduled.' })
  @ApiOkResponse({ type: AssignmentChangeResponse })
  @ApiErrors(404, 409)
  async cancel(@CurrentAccount() { accountId }: Principal, @Param('id') id: string): Promise<AssignmentChangeResponse> {
    return changeResponse(await this.changes.cancel(accountId, id));
  }
}
