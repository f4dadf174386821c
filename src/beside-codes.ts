import type { Config } from './config.js';
import type { BesideCodes } from './ingest/beside/codes.js';

export function besideCodesOf(config: Config): BesideCodes {
  return {
    troponin: config.besideTroponinCodes,
    vital: config.besideVitalCodes,
    complaint: config.besideComplaintCodes,
  };
}
