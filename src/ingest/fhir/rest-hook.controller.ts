import { All, Controller, Inject, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { RestHook } from './rest-hook.js';

export const REST_HOOK = Symbol('RestHook');
export const REST_HOOK_PATH = 'fhir/rest-hook';

/** Servers use PUT and POST alike, with the resource's name in the path or without. */
@Controller(REST_HOOK_PATH)
export class RestHookController {
  constructor(@Inject(REST_HOOK) private readonly hook: RestHook) {}

  @All(['', '*path'])
  async notify(@Req() request: Request, @Res() response: Response): Promise<void> {
    if (request.method !== 'POST' && request.method !== 'PUT') {
      response.set('allow', 'POST, PUT').sendStatus(405);
      return;
    }
    const answer = await this.hook.notify({
      path: request.path.slice(`/${REST_HOOK_PATH}`.length).replace(/^\//, ''),
      contentType: request.get('content-type') ?? 'application/fhir+json',
      body: request,
    });
    if (answer.status === 413) response.set('connection', 'close');
    response.status(answer.status).set(answer.headers).send(answer.body);
  }
}
