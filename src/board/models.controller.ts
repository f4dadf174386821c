import { Controller, Get, Inject } from '@nestjs/common';
import { Needs } from './gate.js';
import type { ModelReport } from './model-report.js';

export const MODEL_REPORTS = Symbol('ModelReports');

export type ReadModelReports = () => Promise<readonly ModelReport[]>;

@Controller('board/api/models')
export class ModelsController {
  constructor(@Inject(MODEL_REPORTS) private readonly reports: ReadModelReports) {}

  @Get()
  @Needs('see')
  list(): Promise<readonly ModelReport[]> {
    return this.reports();
  }
}
