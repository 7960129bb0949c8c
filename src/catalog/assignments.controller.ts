import { Body, Controller, Get, HttpCode, Param, Post, Put, Query, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiErrors } from '../platform/http/api-errors.js';
import { CurrentAccount, RequiresScope } from '../platform/http/auth.guard.js';
import { limitOf, parseCursor, sendPage } from '../platform/http/paging.js';
import type { Principal } from '../platform/http/principal.js';
import { AssignmentsService } from './assignments.service.js';
import { AssignmentListRequest, AssignmentResponse, assignmentResponse, CreateAssignmentRequest, UpdateAssignmentRequest } from './dto/assignment.dto.js';

@ApiTags('Catalog')
@Controller('assignments')
export class AssignmentsController {
  constructor(private readonly assignments: AssignmentsService) {}

  @Post()
  @HttpCode(200)
  @RequiresScope('write')
  @ApiOperation({ summary: 'Put a customer on a plan', description: 'A customer is on one plan at a time: an overlap is 409 and names the other assignment.' })
  @ApiOkResponse({ type: AssignmentResponse })
  @ApiErrors(400, 409)
  async create(@CurrentAccount() account: Principal, @Body() body: CreateAssignmentRequest): Promise<AssignmentResponse> {
    return assignmentResponse(await this.assignments.create(account.accountId, body));
  }

  @Put(':id')
  @RequiresScope('write')
  @ApiOperation({ summary: 'Set or move the end of an assignment, or take it back', description: 'What is past is not rewritten.' })
  @ApiOkResponse({ type: AssignmentResponse })
  @ApiErrors(400, 404, 409)
  async update(@CurrentAccount() account: Principal, @Param('id') id: string, @Body() body: UpdateAssignmentRequest): Promise<AssignmentResponse> {
    return assignmentResponse(await this.assignments.end(account.accountId, id, body.endTimeInMillis));
  }

  @Get()
  @RequiresScope('read')
  @ApiOperation({ summary: 'List assignments in creation order' })
  @ApiOkResponse({ type: [AssignmentResponse] })
  @ApiErrors(400)
  async list(
    @CurrentAccount() account: Principal,
    @Query() query: AssignmentListRequest,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AssignmentResponse[]> {
    const limit = limitOf(query);
    const rows = await this.assignments.list(account.accountId, query.customerId === undefined ? {} : { customerId: query.customerId }, { after: parseCursor(query), limit: limit + 1 });
    return sendPage(request, reply, rows, limit, (row) => row).map(assignmentResponse);
  }

  @Get(':id')
  @RequiresScope('read')
  @ApiOperation({ summary: 'Get an assignment' })
  @ApiOkResponse({ type: AssignmentResponse })
  @ApiErrors(404)
  async get(@CurrentAccount() account: Principal, @Param('id') id: string): Promise<AssignmentResponse> {
    return assignmentResponse(await this.assignments.get(account.accountId, id));
  }
}
