import {
  BadRequestException,
  Controller,
  Get,
  HttpCode,
  Inject,
  NotFoundException,
  Param,
  Post,
} from '@nestjs/common';
import { PARKABLE, type DeadLetterDesk, type DeadLetters, type Parkable } from './dead-letters.js';

export const DEAD_LETTER_DESK = Symbol('DeadLetterDesk');

@Controller('api/dead-letters')
export class DeadLettersController {
  constructor(@Inject(DEAD_LETTER_DESK) private readonly desk: DeadLetterDesk) {}

  @Get()
  list(): Promise<DeadLetters> {
    return this.desk.list();
  }

  @Post(':what/:id/requeue')
  @HttpCode(204)
  async requeue(@Param('what') what: string, @Param('id') id: string): Promise<void> {
    if (!isParkable(what)) throw new BadRequestException();
    if (!(await this.desk.requeue(what, id, 'api'))) throw new NotFoundException();
  }
}

function isParkable(what: string): what is Parkable {
  return (PARKABLE as readonly string[]).includes(what);
}
