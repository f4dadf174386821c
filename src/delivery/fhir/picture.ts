import type { DocumentReference, Media } from '@medplum/fhirtypes';
import { tokenQuery } from '../../wire/fhir/reference.js';
import type { TransactionEntry } from '../../wire/fhir/resource.js';
import type { Order } from '../destination.js';
import { SYSTEMS } from './codes.js';
import { acquiredAt, metaOf, type ResultForm } from './form.js';
import { partNumber } from './other-carriers.js';
import type { Told } from './risk.js';
import { PICTURE_URN } from './urns.js';

const TITLE = '12-lead ECG with the evidence of its risk assessment';
const CONTENT_TYPE = 'image/png';

/** The ECG on its paper with what was found, for those who look before they read. */
export function pictureEntry(
  order: Order,
  parties: Told['parties'],
  form: ResultForm,
  png: Uint8Array,
): TransactionEntry {
  const value = partNumber(order, 'picture');
  const attachment = {
    contentType: CONTENT_TYPE,
    data: Buffer.from(png).toString('base64'),
    title: TITLE,
  };
  const identifier = [{ system: SYSTEMS.part, value }];
  const resource =
    form.picture === 'Media'
      ? toMedia(order, parties, form, { identifier, content: attachment })
      : toDocument(order, parties, form, { identifier, content: [{ attachment }] });
  return {
    fullUrl: PICTURE_URN,
    resource,
    ifNoneExist: tokenQuery('identifier', SYSTEMS.part, value),
  };
}

function toDocument(
  order: Order,
  parties: Told['parties'],
  form: ResultForm,
  what: Pick<DocumentReference, 'identifier' | 'content'>,
): DocumentReference {
  const acquired = acquiredAt(order);
  const context = {
    ...(parties.encounter ? { encounter: [parties.encounter] } : {}),
    ...(acquired === null ? {} : { period: { start: acquired } }),
  };
  return {
    resourceType: 'DocumentReference',
    ...metaOf(order.assessment, form, 'picture'),
    ...what,
    status: 'current',
    docStatus: 'preliminary',
    type: typeOf(),
    subject: parties.subject,
    date: new Date(order.assessedAtMs).toISOString(),
    ...(parties.device ? { author: [parties.device] } : {}),
    description: TITLE,
    ...(Object.keys(context).length > 0 ? { context } : {}),
  };
}

function toMedia(
  order: Order,
  parties: Told['parties'],
  form: ResultForm,
  what: Pick<Media, 'identifier' | 'content'>,
): Media {
  const acquired = acquiredAt(order);
  return {
    resourceType: 'Media',
    ...metaOf(order.assessment, form, 'media'),
    ...what,
    status: 'completed',
    modality: typeOf(),
    subject: parties.subject,
    ...(parties.encounter ? { encounter: parties.encounter } : {}),
    ...(acquired === null ? {} : { createdDateTime: acquired }),
    issued: new Date(order.assessedAtMs).toISOString(),
    ...(parties.device ? { operator: parties.device } : {}),
  };
}

function typeOf() {
  return { coding: [{ system: SYSTEMS.kind, code: 'ecg-evidence' }], text: TITLE };
}
