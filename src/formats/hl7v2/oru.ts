import { createEcg } from '../../core/ecg/ecg.js';
import type { Reading } from '../../core/ecg/reading.js';
import { ok, refuse, type Failure, type Result } from '../../core/failure.js';
import type { Message } from '../../wire/hl7v2/message.js';
import { readingIn } from '../envelope.js';
import type { DecodeFile } from '../format.js';
import { decodeEnclosed } from './enclosed.js';
import { envelopeOf } from './envelope.js';
import { deviceOf, filtersOf } from './facets.js';
import { samplesOf } from './leads.js';
import { rowsOf, type Rows } from './rows.js';
import { decodeWaves } from './waves.js';

export const ORU_FORMAT = 'hl7v2-oru';

/**
 * An observation result that carries an ECG in one of three ways: one row of type NA for each lead,
 * as IHE's device profiles write it; the waveform rows of version 2.3; a file inside the message.
 * The first that is there is read: a picture or a report that comes along says nothing more.
 */
export function decodeOru(message: Message, decodeFile: DecodeFile): Result<Reading> {
  const rows = rowsOf(message);
  const second = message.segments.filter(({ id }) => id === 'PID')[1];
  const carries = rows.leads.length + rows.waves.length + rows.enclosed.length > 0;
  if (second && carries) {
    const detail = 'the message names two patients, so the ECG belongs to neither';
    return refuse('patient-missing', detail, { location: second.place(3) });
  }
  if (rows.leads.length > 0) return decodeLeadRows(message, rows);
  if (rows.waves.some(({ kind }) => kind === 'WAV')) return decodeWaves(message, rows);
  if (rows.enclosed.length > 0) return decodeEnclosed(message, rows, decodeFile);
  return refuseWithoutLeads(rows);
}

function refuseWithoutLeads(rows: Rows): Result<Reading> {
  const pointer = rows.pointers[0];
  if (pointer) {
    return refuse('pointer-not-followed', 'the address of a file is not fetched', {
      location: pointer.place(5),
    });
  }
  const unread = rows.unread[0] ?? rows.waves[0]?.obx;
  if (unread) {
    return refuse('encoding-unknown', 'this encoding of a waveform is not read', {
      location: unread.place(3),
    });
  }
  const other = rows.otherLeads[0] ?? rows.extraLeads[0]?.obx;
  if (other) {
    return refuse('lead-unknown', 'the row does not say which of the twelve leads it is', {
      location: other.place(3),
    });
  }
  return refuse('no-ecg', 'the message carries no ECG');
}

/** The samples in OBX-5, their unit in OBX-6, the rate in a row that hangs below the lead (OBX-4). */
function decodeLeadRows(message: Message, rows: Rows): Result<Reading> {
  const samples = samplesOf(message, rows);
  if (!samples.ok) return samples;
  const envelope = envelopeOf(
    message,
    rows,
    rows.leads.map(({ obx }) => obx),
  );
  const ecg = createEcg({
    ...samples.value,
    patient: { ageYears: null, sex: envelope.subject.sex },
    device: deviceOf(rows),
    filters: filtersOf(rows),
  });
  return ecg.ok ? ok(readingIn(envelope, ORU_FORMAT, ecg.value)) : placed(ecg.failure, rows);
}

/** Says at which row a fault of a lead stands, where the failure names the lead. */
function placed(why: Failure, rows: Rows): Result<Reading> {
  if (why.code === 'lead-missing' && rows.otherLeads[0]) {
    return refuse('lead-unknown', `${why.detail}, another lead is not known`, {
      location: rows.otherLeads[0].place(3),
    });
  }
  const name = /^lead (\S+?),? /.exec(why.detail)?.[1];
  const row = [...rows.leads, ...rows.extraLeads].find((one) => one.name === name);
  return refuse(why.code, why.detail, row ? { location: row.obx.place(5) } : {});
}
