import type { Reading } from '../../core/ecg/reading.js';
import { refuse, type Result } from '../../core/failure.js';
import type { DecodeFile, DecodeHints } from '../format.js';
import { member } from '../json.js';
import { decodeAttached, filesIn } from './attached.js';
import type { Body } from './body.js';
import { decodeBundle } from './bundle.js';
import type { Context } from './context.js';
import { decodeObservation } from './observation.js';
import { containedBy } from './references.js';

/** The ECG in a FHIR resource: in SampledData, in a file inside it, or in a Bundle of such. */
export function decodeResource(
  body: Body,
  hints: DecodeHints,
  decodeFile: DecodeFile,
): Result<Reading> {
  const { json, longText } = body;
  const context: Context = {
    serverBaseUrl: hints.serverBaseUrl ?? null,
    longText,
    decodeFile,
    referred: containedBy,
  };
  switch (member(json, 'resourceType')) {
    case 'Observation':
      return member(json, 'valueAttachment') === undefined
        ? decodeObservation(json, context)
        : decodeAttached(filesIn(json, '', context), context);
    case 'DiagnosticReport':
    case 'DocumentReference':
    case 'Media':
    case 'Binary':
      return decodeAttached(filesIn(json, '', context), context);
    case 'Bundle':
      return decodeBundle(json, context);
    default:
      return refuse('no-ecg', 'the resource is none that carries an ECG', {
        location: 'resourceType',
      });
  }
}
