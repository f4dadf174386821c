import { readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { withPatient } from '../core/ecg/ecg.js';
import type { Reading } from '../core/ecg/reading.js';
import type { Decode } from '../decoder.js';
import { toOruEd } from '../formats/hl7v2/write-enclosed.js';
import { sniffCarrier } from '../formats/sniff.js';
import type { VirtualCart } from '../sandbox/cart/cart.js';
import { envelopeOf } from '../sandbox/cart/forms.js';
import { FHIR_TYPE, HL7_TYPE, type Answer, type Load, type Way } from '../sandbox/cart/way.js';
import { unbatch } from '../wire/hl7v2/batch.js';
import type { SendOptions } from './send-options.js';

const FILE_BYTES_MAX = 64 * 1_048_576;

export interface SentFile {
  readonly title: string;
  readonly answer: Answer;
}

/** Sends one file; a batch of messages is as many answers. */
export async function sendFile(
  path: string,
  cart: VirtualCart,
  options: SendOptions,
  decode: Decode,
): Promise<readonly SentFile[]> {
  if (statSync(path).size > FILE_BYTES_MAX) return [refused(path, 'the file is too large')];
  const bytes = new Uint8Array(readFileSync(path));
  const carrier = sniffCarrier(bytes);
  const way = cart.way(wayOf(carrier, cart, options));
  const loads = await loadsOf(path, bytes, carrier, way, options, decode);
  if (typeof loads === 'string') return [refused(path, loads)];
  const sent: SentFile[] = [];
  for (const load of loads) {
    sent.push({ title: `${path} by ${way.title}`, answer: await way.carry(load) });
  }
  return sent;
}

/** A message goes by MLLP and a file by REST where there is that way, unless one was asked for. */
function wayOf(
  carrier: ReturnType<typeof sniffCarrier>,
  { ways }: VirtualCart,
  { by }: SendOptions,
): string {
  if (by !== '') return by;
  const hasRest = ways.some(({ name }) => name === 'rest');
  const hasMllp = ways.some(({ name }) => name === 'mllp');
  if (carrier === 'hl7v2') return hasMllp ? 'mllp' : 'rest';
  if (hasRest) return 'rest';
  return carrier === null ? 'mllp-ed' : 'mllp';
}

async function loadsOf(
  path: string,
  bytes: Uint8Array,
  carrier: ReturnType<typeof sniffCarrier>,
  way: Way,
  options: SendOptions,
  decode: Decode,
): Promise<readonly Load[] | string> {
  const { name } = way;
  const isMessage =
    carrier === 'hl7v2' || /^(BHS|FHS)/.test(new TextDecoder().decode(bytes.slice(0, 3)));
  const isPlain = options.file === null;
  if (isMessage && isPlain && name !== 'rest-fhir' && name !== 'fhir') {
    const found = unbatch(bytes);
    if (found.kind === 'too-many') return 'the batch holds too many messages';
    const messages = found.kind === 'batch' ? found.messages : [bytes];
    return messages.map((one) => ({ bytes: one, mediaType: HL7_TYPE }));
  }
  if (carrier === 'fhir-json' && isPlain && !name.startsWith('mllp')) {
    return [{ bytes, mediaType: FHIR_TYPE }];
  }
  if (isPlain && (name === 'rest' || name === 'folder')) {
    return [{ bytes, mediaType: 'application/octet-stream' }];
  }
  const reading = await readingOf(path, bytes, options, decode);
  if (typeof reading === 'string') return reading;
  const controlId = controlIdOf(path);
  if (isPlain && name === 'mllp-ed' && carrier === null) {
    const envelope = envelopeOf(controlId, reading);
    const message = toOruEd(reading, envelope, { bytes });
    return [{ bytes: message, mediaType: HL7_TYPE }];
  }
  return [way.load({ reading, controlId })];
}

/** What the file says, under the patient that the command line names. */
async function readingOf(
  path: string,
  bytes: Uint8Array,
  options: SendOptions,
  decode: Decode,
): Promise<Reading | string> {
  const folder = dirname(path);
  const sibling = (name: string): Uint8Array | null => {
    const beside = join(folder, basename(name));
    try {
      return statSync(beside).size > FILE_BYTES_MAX ? null : new Uint8Array(readFileSync(beside));
    } catch {
      return null;
    }
  };
  const decoded = await decode(bytes, { sibling });
  if (!decoded.ok) return decoded.failure.detail;
  const { value: reading } = decoded;
  const { patient, ageYears, sex } = options;
  return {
    ...reading,
    ecg: withPatient(reading.ecg, {
      ageYears: ageYears ?? reading.ecg.patient.ageYears,
      sex: sex ?? reading.ecg.patient.sex,
    }),
    ...(patient ? { patient: { ...patient, others: [], name: null } } : {}),
  };
}

/** Twenty characters, as versions before 2.7 allow: told by the file's name and this moment. */
function controlIdOf(path: string): string {
  const name = basename(path).replace(/[^A-Za-z0-9]/g, '');
  return `${name.slice(0, 10)}${Date.now().toString(36)}`.slice(0, 20).toUpperCase();
}

function refused(path: string, told: string): SentFile {
  return {
    title: path,
    answer: { code: 'not sent', accepted: false, told, receiptId: null, place: null },
  };
}
