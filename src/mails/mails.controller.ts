import { Body, Controller, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiErrors } from '../platform/http/api-errors.js';
import { CurrentAccount, RequiresScope } from '../platform/http/auth.guard.js';
import { limitOf, parseCursor, sendPage } from '../platform/http/paging.js';
import type { Principal } from '../platform/http/principal.js';
import { ListMailsRequest, TestMailRequest } from './dto/mail.request.js';
import { mailResponse, MailResponse, TestMailResponse } from './dto/mail.response.js';
import { MailsService } from './mails.service.js';

@ApiTags('Mails')
@Controller('mails')
export class MailsController {
  constructor(private readonly mails: MailsService) {}

  @Get()
  @RequiresScope('read')
  @ApiOperation({ summary: 'Mails to customers that are sent or told of from here, in creation order', description: '`status=failed` lists what arrived nowhere and waits for a person. What the provider mails by itself is not among them.' })
  @ApiOkResponse({ type: [MailResponse] })
  @ApiErrors(400)
  async list(@CurrentAccount() { accountId }: Principal, @Query() query: ListMailsRequest, @Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<MailResponse[]> {
    const { status, kind, customerId, invoiceId } = query;
    const rows = await this.mails.list(accountId, { status, kind, customerId, invoiceId }, limitOf(query), parseCursor(query));
    return sendPage(request, reply, rows, limitOf(query), (row) => row).map(mailResponse);
  }

  @Post('test')
  @HttpCode(200)
  @RequiresScope('admin')
  @ApiOperation({ summary: 'Send a test mail at once, and say what the mail server did with it' })
  @ApiOkResponse({ type: TestMailResponse })
  @ApiErrors(400, 409)
  test(@CurrentAccount() { accountId }: Principal, @Body() body: TestMailRequest, @Req() request: FastifyRequest): Promise<TestMailResponse> {
    return this.mails.test(accountId, body.to, request.id);
  }

  @Get(':id')
  @RequiresScope('read')
  @ApiOperation({ summary: 'One mail: whom it is for, how it stands, the last error' })
  @ApiOkResponse({ type: MailResponse })
  @ApiErrors(404)
  async get(@CurrentAccount() { accountId }: Principal, @Param('id') id: string): Promise<MailResponse> {
    return mailResponse(await this.mails.get(accountId, id));
  }

  @Post(':id/resend')
  @HttpCode(200)
  @RequiresScope('write')
  @ApiOperation({ summary: 'Send it once more, whatever became of it', description: 'As things stand when its turn comes, to the addresses the customer has then.' })
  @ApiOkResponse({ type: MailResponse })
  @ApiErrors(404, 409)
  async resend(@CurrentAccount() { accountId }: Principal, @Param('id') id: string): Promise<MailResponse> {
    return mailResponse(await this.mails.resend(accountId, id));
  }
}
