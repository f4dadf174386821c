import type { Reading } from '../../core/ecg/reading.js';
import { toAecg } from '../../formats/aecg/write.js';
import { toDicom } from '../../formats/dicom/write.js';
import { toOruEd } from '../../formats/hl7v2/write-enclosed.js';
import { toOruW01 } from '../../formats/hl7v2/write-waves.js';
import { toOru, type OruEnvelope } from '../../formats/hl7v2/write.js';
import { toMuseXml } from '../../formats/muse/write.js';
import { toScp } from '../../formats/scp/write.js';
import { HL7_TYPE, type Load, type Shipment } from './way.js';

/** A format in which an ECG is a file of its own, for `--as`, folders and OBX ED. */
export interface FileWriter {
  readonly name: string;
  readonly extension: string;
  readonly mediaType: string;
  write(reading: Reading): Uint8Array;
}

/** Every format that the cart can write files in. The first is the one it takes unasked. */
export const FILE_WRITERS: readonly FileWriter[] = [
  {
    name: 'aecg',
    extension: '.xml',
    mediaType: 'application/xml',
    write: (reading) => toAecg(reading),
  },
  {
    name: 'muse',
    extension: '.xml',
    mediaType: 'application/xml',
    write: (reading) => toMuseXml(reading),
  },
  {
    name: 'dicom',
    extension: '.dcm',
    mediaType: 'application/dicom',
    write: (reading) => toDicom(reading),
  },
  {
    name: 'scp',
    extension: '.scp',
    mediaType: 'application/octet-stream',
    write: (reading) => toScp(reading),
  },
];

/** A form that an HL7 v2 message with an ECG can have, sent by MLLP. */
export interface MessageForm {
  readonly name: string;
  readonly title: string;
  /** True for a message that carries a file in the place of waveforms. */
  readonly needsFile: boolean;
  toMessage(reading: Reading, envelope: OruEnvelope, file: FileWriter | null): Uint8Array;
}

export const MESSAGE_FORMS: readonly MessageForm[] = [
  { name: 'mllp', title: 'MLLP', needsFile: false, toMessage: toOru },
  {
    name: 'mllp-w01',
    title: 'MLLP, W01',
    needsFile: false,
    toMessage: (reading, envelope) => toOruW01(reading, envelope, 'NA'),
  },
  {
    name: 'mllp-w01-ma',
    title: 'MLLP, W01 MA',
    needsFile: false,
    toMessage: (reading, envelope) => toOruW01(reading, envelope, 'MA'),
  },
  {
    name: 'mllp-ed',
    title: 'MLLP, file inside',
    needsFile: true,
    toMessage: (reading, envelope, file) => {
      if (!file) throw new RangeError('no file format can be written here');
      const [type = 'application', subtype = 'octet-stream'] = file.mediaType.split('/');
      return toOruEd(reading, envelope, { bytes: file.write(reading), type, subtype });
    },
  },
];

export function messageOf(
  { reading, controlId }: Shipment,
  form: MessageForm,
  file: FileWriter | null,
): Load {
  const bytes = form.toMessage(reading, envelopeOf(controlId, reading), file);
  return { bytes, mediaType: HL7_TYPE };
}

export function envelopeOf(controlId: string, { acquired }: Reading): OruEnvelope {
  const digits = (acquired?.local ?? '').replace(/\D/g, '');
  return {
    controlId,
    sendingApplication: 'CART',
    sendingFacility: 'ED',
    receivingApplication: 'LEADWIRE',
    receivingFacility: 'HOSPITAL',
    // When the ECG was taken, as a cart that sends at once has it.
    sentAt: `${digits.slice(0, 14)}+0000`,
  };
}
