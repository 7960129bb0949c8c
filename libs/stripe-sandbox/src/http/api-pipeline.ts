import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AccountRegistry } from '../account/account-registry.js';
import { objectId } from '../account/object-id.js';
import type { SandboxAccount } from '../account/sandbox-account.js';
import { contractViolation } from '../contract/contract-violation.js';
import type { StripeContract } from '../contract/stripe-contract.js';
import { faultAnswer } from '../control/fault-answers.js';
import type { RateLimits } from '../control/rate-limits.js';
import { isErrorAnswer, type Fault, type RequestFaults } from '../control/request-faults.js';
import type { LedgerEntry, RequestLedger } from '../control/request-ledger.js';
import type { DeliveryDispatcher } from '../webhooks/delivery-dispatcher.js';
import { errorAnswer, jsonAnswer, send, type Answer } from './answer.js';
import { readApiKey } from './api-keys.js';
import { cut, drip, sendHalf } from './broken-answer.js';
import { expand, present } from './expansion.js';
import { parseBody, parseForm } from './form-parameters.js';
import { fingerprintOf, Idempotency } from './idempotency.js';
import { ObjectLocks } from './object-locks.js';
import type { Params, Route, RouteTable } from './route.js';
import { StripeError } from './stripe-error.js';

interface Call {
  request: IncomingMessage;
  response: ServerResponse;
  url: URL;
  body: string;
  requestId: string;
  entry: LedgerEntry;
  faults: Fault[];
}

export interface PipelineParts {
  accounts: AccountRegistry;
  routes: RouteTable;
  contract: StripeContract;
  idempotency: Idempotency;
  ledger: RequestLedger;
  faults: RequestFaults;
  rates: RateLimits;
  deliveries: DeliveryDispatcher;
  /** Judges every answer against the contract; for specs. */
  checksAnswers: boolean;
}

/** What every /v1 request goes through: key, faults, route, contract, idempotency, work, durable commit, answer. */
export class ApiPipeline {
  private readonly accounts: AccountRegistry;
  private readonly routes: RouteTable;
  private readonly contract: StripeContract;
  private readonly idempotency: Idempotency;
  private readonly ledger: RequestLedger;
  private readonly faults: RequestFaults;
  private readonly rates: RateLimits;
  private readonly deliveries: DeliveryDispatcher;
  private readonly checksAnswers: boolean;
  private readonly locks = new ObjectLocks();

  constructor(parts: PipelineParts) {
    this.accounts = parts.accounts;
    this.routes = parts.routes;
    this.contract = parts.contract;
    this.idempotency = parts.idempotency;
    this.ledger = parts.ledger;
    this.faults = parts.faults;
    this.rates = parts.rates;
    this.deliveries = parts.deliveries;
    this.checksAnswers = parts.checksAnswers;
  }

  async handle(request: IncomingMessage, response: ServerResponse, url: URL, body: string): Promise<void> {
    const requestId = objectId('req_');
    const match = this.routes.find(request.method ?? '', url.pathname);
    const call: Call = { request, response, url, body, requestId, entry: this.note(request, url, body, requestId, match?.route), faults: [] };
    try {
      const account = this.accounts.ofKey(readApiKey(request.headers.authorization));
      this.ledger.own(call.entry, account.id);
      call.faults = this.faults.take({ method: request.method ?? '', path: url.pathname, account: account.id });
      call.entry.fault = call.faults.map((fault) => fault.kind).join('+') || null;
      if (await this.failBefore(call)) return;
      if (!match) throw new StripeError(404, { type: 'invalid_request_error', message: `Unrecognized request URL (${request.method}: ${url.pathname}). The sandbox does not play it.` });
      this.rates.admit(account.id, match.route.operation);
      const answer = await this.answer(call, account, match.route, match.ids);
      // Stripe's notice may well be there before its answer.
      if (this.deliveries.isEarly(account)) await this.deliveries.settled(account);
      await this.failAfter(call, answer);
    } catch (error) {
      this.finish(call, errorAnswer(error));
    }
  }

  private async answer(call: Call, account: SandboxAccount, route: Route, ids: string[]): Promise<Answer> {
    const params = this.readParams(call, route);
    const key = call.request.method === 'POST' ? (call.request.headers['idempotency-key'] as string | undefined) : undefined;
    if (!key) return this.work(call, account, { route, ids, params });
    const fingerprint = fingerprintOf('POST', call.url.pathname, call.body);
    const stored = this.idempotency.claim(account, key, fingerprint);
    if (stored) {
      call.entry.replayed = true;
      return { status: stored.status, body: stored.body, headers: { 'content-type': 'application/json', 'idempotent-replayed': 'true', 'original-request': stored.requestId } };
    }
    try {
      return await this.work(call, account, { route, ids, params }, { key, fingerprint });
    } finally {
      this.idempotency.release(account, key);
    }
  }

  /** Strict for the pinned version. Any other caller is helped along, and the ledger says by how much. */
  private readParams(call: Call, route: Route): Params {
    const { request, url, entry } = call;
    const params = request.method === 'POST' ? { ...parseForm(url.search.slice(1)), ...parseBody(call.body, request.headers['content-type']) } : parseForm(url.search.slice(1));
    entry.params = params;
    const errors = this.contract.checkRequest(route.operation, params);
    if (errors.length === 0) return params;
    const violation = contractViolation(errors);
    if (!entry.lenient) throw violation;
    entry.leniencies.push(violation.message);
    return params;
  }

  private async work(call: Call, account: SandboxAccount, target: { route: Route; ids: string[]; params: Params }, key?: { key: string; fingerprint: string }): Promise<Answer> {
    const { route, ids, params } = target;
    if (call.request.method !== 'GET') await this.lockAndWait(call, ids);
    const cause = { requestId: call.requestId, idempotencyKey: key?.key ?? null };
    let answer: Answer | undefined;
    const remember = (candidate: Answer): void => {
      answer = candidate;
      if (key) account.keep('_idempotency', key.key, { fingerprint: key.fingerprint, status: candidate.status, body: candidate.body, requestId: call.requestId, firstSeenAtWallInMillis: Date.now(), firstSeenAtClockInMillis: account.clock.nowInMillis() });
    };
    try {
      await this.accounts.change(account, cause, () => {
        try {
          const result = route.handle({ account, ids, params });
          const paths = (params['expand'] as string[] | undefined) ?? [];
          const body = expand(account, shown(account, result, paths.length > 0), paths);
          if (this.checksAnswers) this.contract.demand(this.contract.checkResponse(route.operation, judged(account, body)), `The answer of ${route.operation}`);
          remember(jsonAnswer(200, body));
        } catch (error) {
          if (error instanceof StripeError && error.options.keepsEffects) remember(errorAnswer(error));
          throw error;
        }
      });
    } catch (error) {
      if (!(error instanceof StripeError)) throw error;
      answer ??= errorAnswer(error);
      // The work was undone; only the refusal itself is kept, so that a retry hears the same.
      if (key && !error.options.keepsEffects && error.options.storedUnderKey !== false && account.assumes('refusals_are_kept')) {
        const refusal = answer;
        await this.accounts.change(account, cause, () => remember(refusal));
      }
    }
    if (!answer) throw new Error('The request was left without an answer');
    return answer;
  }

  private async lockAndWait(call: Call, ids: string[]): Promise<void> {
    this.locks.demandFree(ids);
    const delay = call.faults.find((fault) => fault.kind === 'latency' && fault.whileWorking);
    if (delay) await this.locks.holdDuring(ids, () => sleep(delay.latencyInMillis ?? 1000));
  }

  private async failBefore(call: Call): Promise<boolean> {
    for (const fault of call.faults) {
      if (fault.kind === 'latency' && !fault.whileWorking) await sleep(fault.latencyInMillis ?? 1000);
      if (isErrorAnswer(fault) && !fault.afterWork) return this.finish(call, faultAnswer(fault));
      if (fault.kind === 'reset_before') return this.cut(call, 'reset');
      if (fault.kind === 'no_answer_before') return this.cut(call, 'no_answer');
    }
    return false;
  }

  private async failAfter(call: Call, answer: Answer): Promise<boolean> {
    for (const fault of call.faults) {
      if (isErrorAnswer(fault) && fault.afterWork) return this.finish(call, faultAnswer(fault));
      if (fault.kind === 'reset_after') return this.cut(call, 'reset');
      if (fault.kind === 'no_answer_after') return this.cut(call, 'no_answer');
      if (fault.kind === 'half_body') {
        call.entry.outcome = 'reset';
        sendHalf(call, this.dressed(call, answer));
        return true;
      }
      if (fault.kind === 'slow_drip') {
        this.write(call, answer);
        await drip(call, this.dressed(call, answer), fault.latencyInMillis ?? 1000);
        return true;
      }
    }
    return this.finish(call, answer);
  }

  private finish(call: Call, answer: Answer): boolean {
    this.write(call, answer);
    if (!call.response.destroyed) send(call.response, this.dressed(call, answer));
    return true;
  }

  private write(call: Call, answer: Answer): void {
    call.entry.outcome = answer.status;
    if (answer.status >= 400) call.entry.errorCode = codeOf(answer.body);
  }

  private cut(call: Call, outcome: 'reset' | 'no_answer'): boolean {
    call.entry.outcome = outcome;
    cut(call, outcome);
    return true;
  }

  /** Headers of every answer, whether whole or broken. */
  private dressed(call: Call, answer: Answer): Answer {
    const key = call.request.headers['idempotency-key'];
    const shared = { 'request-id': call.requestId, 'stripe-version': this.contract.apiVersion, 'access-control-allow-origin': '*' };
    return { ...answer, headers: { ...shared, ...(typeof key === 'string' && { 'idempotency-key': key }), ...answer.headers } };
  }

  private note(request: IncomingMessage, url: URL, body: string, requestId: string, route: Route | undefined): LedgerEntry {
    const version = request.headers['stripe-version'] as string | undefined;
    return this.ledger.add({
      requestId,
      account: null,
      method: request.method ?? '',
      path: url.pathname,
      route: route?.operation ?? null,
      unknownRoute: route === undefined,
      idempotencyKey: (request.headers['idempotency-key'] as string | undefined) ?? null,
      replayed: false,
      stripeVersion: version ?? null,
      lenient: version !== this.contract.apiVersion,
      leniencies: [],
      params: { ...parseForm(url.search.slice(1)), ...parseForm(body) },
      fault: null,
      outcome: 'pending',
      errorCode: null,
      atWallTimeInMillis: Date.now(),
    });
  }
}

/** Objects and the entries of a list are shown with the sublists Stripe includes. */
function shown(account: SandboxAccount, result: object, isExpanded: boolean): object {
  const list = result as { object?: string; data?: { id: string; object: string }[] };
  if ((list.object === 'list' || list.object === 'search_result') && Array.isArray(list.data)) return { ...list, data: list.data.map((entry) => present(account, entry, isExpanded)) };
  return present(account, result as { id: string; object: string }, isExpanded);
}

/** The contract binds what the sandbox answers, except for events that a test made up. */
function judged(account: SandboxAccount, body: object): object {
  const { data, id } = body as { data?: { id: string }[]; id?: string };
  if (Array.isArray(data)) return { ...body, data: data.filter((entry) => !account.secret('_forged_event', entry.id)) };
  const forged = id === undefined ? undefined : account.secret('_forged_event', id);
  return forged ? { ...body, type: 'charge.succeeded' } : body;
}

function codeOf(body: string): string | null {
  if (!body.startsWith('{')) return null;
  const { error } = JSON.parse(body) as { error?: { code?: string; type?: string } };
  return error?.code ?? error?.type ?? null;
}
