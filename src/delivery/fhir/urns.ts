/** A urn lives only inside its Bundle, so constants do. */
const urn = (number: number): string =>
  `urn:uuid:5e1f0c1a-7a43-4c2c-9d3e-0d6a1f3b${String(number).padStart(4, '0')}`;

export const DEVICE_URN = urn(1);
export const RESULT_URN = urn(2);
export const PROVENANCE_URN = urn(3);
export const ALERT_URN = urn(4);
export const INTERVALS_URN = urn(5);
export const ST_LEVELS_URN = urn(6);
export const PICTURE_URN = urn(7);
