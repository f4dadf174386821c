import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Request, Response } from 'express';
import { failure, failureOf, type Failure } from './core/failure.js';
import { BoardRefusal, toBoardProblem } from './board/refusal.js';
import type { Log } from './core/log.js';
import { statusOf, toOperationOutcome } from './ingest/rest/operation-outcome.js';

/** Every refusal of the HTTP port is an OperationOutcome; no stack and no input gets out. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly log: Log) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<Response>();
    if (response.headersSent) return;
    if (error instanceof BoardRefusal) {
      const { error: told } = toBoardProblem(error.code, error.text);
      response.status(error.getStatus()).json({ error: told, ...error.more });
      return;
    }
    const status = error instanceof HttpException ? error.getStatus() : null;
    const fault = status === null ? failureOf(error) : refusalOf(status);
    if (status === null) this.log('requestFailed', { code: fault.code });
    if (host.switchToHttp().getRequest<Request>().path.startsWith('/board/')) {
      response.status(status ?? statusOf(fault)).json(toBoardProblem(fault.code, fault.detail));
      return;
    }
    if (status === 401) response.set('www-authenticate', 'Bearer');
    response
      .status(status ?? statusOf(fault))
      .type('application/fhir+json')
      .send(JSON.stringify(toOperationOutcome(fault)));
  }
}

function refusalOf(status: number): Failure {
  if (status === 401) return failure('unauthorised', 'a valid bearer token is needed');
  if (status === 404) return failure('row-missing', 'there is nothing at this address');
  return failure('request-invalid', 'the request cannot be read');
}
