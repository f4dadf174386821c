/** Around a message of which only the content matters. */
export const ENVELOPE = Object.freeze({
  controlId: 'M1',
  sendingApplication: 'CART',
  sendingFacility: 'ED',
  receivingApplication: 'LEADWIRE',
  receivingFacility: 'HOSP',
  sentAt: '20260131120000',
});
