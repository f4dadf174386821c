import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toObservation } from '../../formats/fhir/write.js';
import { asList, asRecord, asText } from '../../wire/fhir/resource.js';
import { readHeader } from '../../wire/hl7v2/header.js';
import type { MllpClient } from '../../wire/mllp/client.js';
import { noAnswer, outcomeIn, readHl7Answer, readHttpAnswer } from './answers.js';
import { MESSAGE_FORMS, messageOf, type FileWriter, type MessageForm } from './forms.js';
import {
  ANSWER_MS_MAX,
  FHIR_TYPE,
  HL7_TYPE,
  type Answer,
  type Load,
  type Shipment,
  type Way,
} from './way.js';

const ORU = MESSAGE_FORMS[0] as MessageForm;

export function mllpWay(form: MessageForm, client: MllpClient, file: FileWriter | null): Way {
  return {
    name: form.name,
    title: form.title,
    canLoad: file !== null || !form.needsFile,
    load: (shipment) => messageOf(shipment, form, file),
    async carry({ bytes }) {
      if (!readHeader(bytes)) throw new RangeError('MLLP carries HL7 v2 messages only');
      try {
        const { code, bytes: answer } = await client.send(bytes);
        return readHl7Answer(code, answer);
      } catch (error) {
        return noAnswer(error);
      }
    },
  };
}

export interface RestOptions {
  readonly httpUrl: string;
  readonly token: string | null;
  /** What stands beside the bytes, as query parameters. */
  readonly beside?: Readonly<Record<string, string>>;
}

/** The service's own door: a message, an Observation, or a file as it is. */
export function restWay(
  as: 'rest' | 'rest-fhir',
  options: RestOptions,
  file: FileWriter | null,
): Way {
  return {
    name: as,
    title: as === 'rest' ? 'REST' : 'REST, FHIR',
    canLoad: true,
    load: (shipment) => {
      if (as === 'rest-fhir') return observationOf(shipment);
      return file
        ? { bytes: file.write(shipment.reading), mediaType: file.mediaType }
        : messageOf(shipment, ORU, null);
    },
    carry: (load) => {
      const address = new URL('/api/ecgs', options.httpUrl);
      for (const [name, value] of Object.entries(options.beside ?? {})) {
        address.searchParams.set(name, value);
      }
      return post(address, load, options.token);
    },
  };
}

/** Into the EHR, whose subscription then tells the service. */
export function ehrWay(ehrUrl: string, token: string | null): Way {
  return {
    name: 'fhir',
    title: 'EHR subscription',
    canLoad: true,
    load: observationOf,
    async carry({ bytes }) {
      const body = new TextEncoder().encode(JSON.stringify(filed(bytes)));
      const answer = await posted(new URL(ehrUrl), { bytes: body, mediaType: FHIR_TYPE }, token);
      if (typeof answer !== 'object' || !('status' in answer)) return answer;
      const text = await answer.text();
      const made = answer.ok ? placesIn(text).at(-1) : undefined;
      return {
        code: String(answer.status),
        accepted: made !== undefined,
        told: answer.ok ? null : outcomeIn(text),
        receiptId: null,
        place: made ?? null,
      };
    },
  };
}

/** Into a folder that somebody watches: written beside, then moved, so that none is seen half. */
export function folderWay(folder: string, file: FileWriter | null): Way {
  const since = Date.now();
  let count = 0;
  return {
    name: 'folder',
    title: 'folder',
    canLoad: true,
    load: (shipment) =>
      file
        ? { bytes: file.write(shipment.reading), mediaType: file.mediaType }
        : messageOf(shipment, ORU, null),
    carry({ bytes, mediaType }) {
      mkdirSync(folder, { recursive: true });
      count += 1;
      const path = join(
        folder,
        `ecg-${since}-${String(count).padStart(5, '0')}${endingOf(mediaType, file)}`,
      );
      writeFileSync(`${path}.part`, bytes, { flag: 'wx' });
      renameSync(`${path}.part`, path);
      const answer = { code: 'written', accepted: true, told: null, receiptId: null, place: path };
      return Promise.resolve(answer);
    },
  };
}

function endingOf(mediaType: string, file: FileWriter | null): string {
  if (mediaType === HL7_TYPE) return '.hl7';
  if (mediaType === FHIR_TYPE) return '.json';
  return file?.extension ?? '.ecg';
}

function observationOf({ reading }: Shipment): Load {
  const bytes = new TextEncoder().encode(JSON.stringify(toObservation(reading)));
  return { bytes, mediaType: FHIR_TYPE };
}

async function post(address: URL, load: Load, token: string | null): Promise<Answer> {
  const answer = await posted(address, load, token);
  return answer instanceof Response ? readHttpAnswer(answer) : answer;
}

async function posted(address: URL, load: Load, token: string | null): Promise<Response | Answer> {
  try {
    return await fetch(address, {
      method: 'POST',
      headers: {
        'content-type': load.mediaType,
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      },
      body: new Uint8Array(load.bytes),
      redirect: 'manual',
      signal: AbortSignal.timeout(ANSWER_MS_MAX),
    });
  } catch (error) {
    return noAnswer(error);
  }
}

const PATIENT_URN = 'urn:uuid:6a3d0c3e-0a52-4a35-9a52-5d1c5e0b0001';
const ECG_URN = 'urn:uuid:6a3d0c3e-0a52-4a35-9a52-5d1c5e0b0002';

/** As an EHR files an ECG: the patient as a resource of its own, made where there is none yet. */
function filed(bytes: Uint8Array): unknown {
  const observation = asRecord(JSON.parse(new TextDecoder().decode(bytes)));
  const contained = asList(observation?.['contained']).map(asRecord);
  const patient = contained.find((one) => one?.['resourceType'] === 'Patient');
  const number = asRecord(asList(patient?.['identifier'])[0]);
  const [system, value] = [asText(number?.['system']), asText(number?.['value'])];
  const rest = contained.filter((one) => one !== patient);
  const isFiled = system !== null && value !== null && patient;
  const condition = new URLSearchParams({ identifier: `${system ?? ''}|${value ?? ''}` });
  return {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [
      ...(isFiled
        ? [
            {
              fullUrl: PATIENT_URN,
              resource: { ...patient, id: undefined },
              request: { method: 'POST', url: 'Patient', ifNoneExist: condition.toString() },
            },
          ]
        : []),
      {
        fullUrl: ECG_URN,
        resource: {
          ...observation,
          ...(isFiled ? { subject: { reference: PATIENT_URN } } : {}),
          contained: isFiled ? (rest.length > 0 ? rest : undefined) : observation?.['contained'],
        },
        request: { method: 'POST', url: 'Observation' },
      },
    ],
  };
}

function placesIn(body: string): string[] {
  const entries = asList(asRecord(JSON.parse(body))?.['entry']);
  return entries.flatMap((entry) => {
    const location = asText(asRecord(asRecord(entry)?.['response'])?.['location']);
    return location === null ? [] : [location];
  });
}
