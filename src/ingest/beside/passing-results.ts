import { patientKey } from '../../core/ecg/reading.js';
import { resolveAcquisition } from '../../core/ecg/time.js';
import { failureOf } from '../../core/failure.js';
import type { Log } from '../../core/log.js';
import { decodeResults } from '../../formats/hl7v2/results.js';
import type { Beside, BesideItem } from '../../ledger/beside.js';
import type { Admission, Intake } from '../intake.js';
import { kindsByCode, type BesideCodes } from './codes.js';

export interface PassingResultsOptions {
  readonly intake: Pick<Intake, 'submit'>;
  readonly beside: Pick<Beside, 'note'>;
  readonly codes: BesideCodes;
  readonly zoneOf: (sender: string) => string | null;
  readonly log: Log;
  readonly now: () => number;
}

/**
 * The hall, with an eye on results that come by: a message that is no ECG and is answered as such may
 * carry a troponin of a patient who has one. It is noted after the answer is sure, so that nothing
 * waits for it; what a crash loses of it is read at the FHIR server.
 */
export function notingResults(options: PassingResultsOptions): Intake['submit'] {
  const kinds = kindsByCode(options.codes);
  const wanted = new Set(kinds.keys());
  const note = async (
    submission: Parameters<Intake['submit']>[0],
    { accepted }: Admission,
  ): Promise<void> => {
    const { beside, zoneOf, now } = options;
    const results = decodeResults(submission.bytes, wanted);
    if (!results || results.rows.length === 0) return;
    const items = results.rows.flatMap((row): BesideItem[] => {
      const kind = kinds.get(row.code);
      if (!kind) return [];
      const { code, display, value, unit, interpretation } = row;
      const atMs = resolveAcquisition(row.at, zoneOf(submission.sender), now()).instantMs;
      // Without an hour nobody can say whether it stands beside this ECG or yesterday's.
      if (atMs === null) return [];
      return [
        { kind, code, display, value, unit, atMs, interpretation, reference: accepted.receiptId },
      ];
    });
    await beside.note(patientKey(results.patient), items);
  };
  return async (submission) => {
    const admission = await options.intake.submit(submission);
    if (admission.accepted.outcome === 'not-ours') {
      note(submission, admission).catch((error: unknown) => {
        options.log('besideFailed', { code: failureOf(error).code });
      });
    }
    return admission;
  };
}
