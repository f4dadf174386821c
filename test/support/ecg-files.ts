import { LEAD_NAMES } from '../../src/core/ecg/lead.js';
import { leadOf } from '../../src/core/ecg/ecg.js';
import type { Reading } from '../../src/core/ecg/reading.js';
import type { Result } from '../../src/core/failure.js';
import { toAecg } from '../../src/formats/aecg/write.js';
import { decodeEcg } from '../../src/formats/decode.js';
import { toDicom } from '../../src/formats/dicom/write.js';
import { toObservation } from '../../src/formats/fhir/write.js';
import { toOruEd } from '../../src/formats/hl7v2/write-enclosed.js';
import { toOruW01 } from '../../src/formats/hl7v2/write-waves.js';
import { toOru } from '../../src/formats/hl7v2/write.js';
import { toMuseXml } from '../../src/formats/muse/write.js';
import { toScp } from '../../src/formats/scp/write.js';
import { toWfdb } from '../../src/formats/wfdb/write.js';
import { sampleReading, type SampleOptions } from './reading.js';
import { ENVELOPE } from './envelope.js';

/** The same ECG in one of the formats, and how it is read. */
export interface EcgFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly decode: (bytes: Uint8Array) => Result<Reading>;
}

/** What carries an ECG: messages and resources, with rows of their own or a file inside. */
export function carriers(size: SampleOptions): EcgFile[] {
  const reading = sampleReading(size);
  const file = { bytes: toScp(reading) };
  return [
    whole('HL7 v2, a NA row a lead', toOru(reading, ENVELOPE)),
    whole('HL7 v2.3 W01, NA', toOruW01(reading, ENVELOPE, 'NA')),
    whole('HL7 v2.3 W01, MA', toOruW01(reading, ENVELOPE, 'MA')),
    whole('HL7 v2, SCP-ECG in OBX ED', toOruEd(reading, ENVELOPE, file)),
    whole('FHIR SampledData', Buffer.from(JSON.stringify(toObservation(reading)))),
  ];
}

/** What is a file of its own. Philips Sierra is missing: nobody writes it here. */
export function files(size: SampleOptions): EcgFile[] {
  const reading = sampleReading(size);
  return [
    whole('HL7 aECG', toAecg(reading)),
    whole('GE MUSE XML', toMuseXml(reading)),
    whole('GE CardioSoft XML', toCardioSoft(reading)),
    whole('DICOM ECG', toDicom(reading)),
    whole('SCP-ECG', toScp(reading, { compress: false })),
    whole('SCP-ECG, Huffman', toScp(reading)),
    wfdb(reading, 16),
    wfdb(reading, 212),
  ];
}

function whole(name: string, bytes: Uint8Array): EcgFile {
  return { name, bytes, decode: (read) => decodeEcg(read) };
}

/** Header and samples in one, with the byte between them that no header has. */
function wfdb(reading: Reading, format: 16 | 212): EcgFile {
  const { header, signal } = toWfdb(reading, 'r', format);
  return {
    name: `WFDB ${format}`,
    bytes: Buffer.concat([header, Buffer.of(0), signal]),
    decode: (bytes) => {
      const end = bytes.indexOf(0);
      const beside = end < 0 ? new Uint8Array() : bytes.subarray(end + 1);
      return decodeEcg(end < 0 ? bytes : bytes.subarray(0, end), { sibling: () => beside });
    },
  };
}

function toCardioSoft({ ecg }: Reading): Uint8Array {
  const waves = LEAD_NAMES.map(
    (name) =>
      `<WaveformData lead="${name}">\n${[...leadOf(ecg, name).samples].join(',')}\n</WaveformData>`,
  );
  const strip = [
    '<NumberOfLeads>12</NumberOfLeads>',
    `<SampleRate units="Hz">${ecg.sampleRateHz}</SampleRate>`,
    `<ChannelSampleCountTotal>${ecg.sampleCount}</ChannelSampleCountTotal>`,
    '<Resolution units="uVperLsb">1</Resolution>',
    ...waves,
  ].join('\n');
  const text = `<?xml version="1.0" encoding="ISO-8859-1"?>\n<CardiologyXML><StripData>${strip}</StripData></CardiologyXML>`;
  return Buffer.from(text, 'latin1');
}
