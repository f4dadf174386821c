/** What can be wrong with a message on purpose. */
export const FAULTS = ['broken-base64', 'eleven-leads', 'not-a-number', 'cut-message'] as const;
export type Fault = (typeof FAULTS)[number];

/** The lead that goes missing or goes wrong: none that could be worked out from the others. */
const SPOILT_LEAD = 'MDC_ECG_LEAD_V3';

/** A message of one OBX NA a lead, spoilt in one way. Its header stays as it is. */
export function spoil(message: Uint8Array, fault: Fault): Uint8Array {
  const text = new TextDecoder().decode(message);
  const segments = text.split('\r').filter((one) => one !== '');
  switch (fault) {
    case 'broken-base64':
      return withEnclosed(message, '!!broken on the way!!', 'application/xml');
    case 'eleven-leads':
      return joined(segments.filter((one) => !one.includes(SPOILT_LEAD)));
    case 'not-a-number':
      return joined(segments.map((one) => (one.includes(SPOILT_LEAD) ? withNan(one) : one)));
    case 'cut-message':
      // In the middle of a lead's samples, as a recorder does that loses its power.
      return new TextEncoder().encode(text.slice(0, Math.floor(text.length / 2)));
  }
}

function withNan(segment: string): string {
  const fields = segment.split('|');
  const samples = (fields[5] ?? '').split('^');
  samples[Math.floor(samples.length / 2)] = 'NaN';
  fields[5] = samples.join('^');
  return fields.join('|');
}

function joined(segments: readonly string[]): Uint8Array {
  return new TextEncoder().encode(segments.map((one) => `${one}\r`).join(''));
}

/** The header rows of a message with one OBX ED in the place of its waveforms. */
function withEnclosed(message: Uint8Array, data: string, mediaType: string): Uint8Array {
  const [type = 'application', subtype = 'octet-stream'] = mediaType.split('/');
  const head = new TextDecoder()
    .decode(message)
    .split('\r')
    .filter((segment) => segment !== '' && !segment.startsWith('OBX'));
  const ed = `OBX|1|ED|11524-6^EKG study^LN||^${type}^${subtype}^Base64^${data}||||||F`;
  return new TextEncoder().encode([...head, ed].map((segment) => `${segment}\r`).join(''));
}
