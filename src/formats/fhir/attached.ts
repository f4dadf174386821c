import type { Reading } from '../../core/ecg/reading.js';
import { ok, refuse, type Result } from '../../core/failure.js';
import { oneEcgOf, type Attachment } from '../attachments.js';
import { decodeBase64 } from '../base64.js';
import { readingOfFile } from '../envelope.js';
import { items, member, text, type Json } from '../json.js';
import type { Context } from './context.js';
import { envelopeOf, firstTime } from './envelope.js';

export const ATTACHMENT_FORMAT = 'fhir-attachment';

/** A file that a resource has in it, or points at. */
export interface AttachedFile extends Attachment {
  readonly resource: Json;
  readonly attachment: Json;
}

/** The files of a resource, wherever its type has them; none for a type that has no place. */
export function filesIn(resource: Json, place: string, context: Context): AttachedFile[] {
  const found: (readonly [attachment: Json, where: string])[] = [];
  switch (member(resource, 'resourceType')) {
    case 'DiagnosticReport':
      found.push(
        ...items(member(resource, 'presentedForm')).map(
          (one, i) => [one, `presentedForm[${i}]`] as const,
        ),
      );
      break;
    case 'DocumentReference':
      found.push(
        ...items(member(resource, 'content')).map(
          (one, i) => [member(one, 'attachment'), `content[${i}].attachment`] as const,
        ),
      );
      break;
    case 'Media':
      found.push([member(resource, 'content'), 'content']);
      break;
    case 'Binary':
      found.push([resource, '']);
      break;
    case 'Observation':
      found.push([member(resource, 'valueAttachment'), 'valueAttachment']);
      break;
  }
  return found.flatMap(([attachment, where]) => {
    const file = fileAt(resource, attachment, [place, where].filter(Boolean).join('.'), context);
    return file ? [file] : [];
  });
}

function fileAt(
  resource: Json,
  attachment: Json,
  place: string,
  { longText }: Context,
): AttachedFile | null {
  const data = member(attachment, 'data');
  const location = (name: string): string => (place === '' ? name : `${place}.${name}`);
  if (data !== undefined) {
    const bytes = (): Result<Uint8Array> => {
      const found = longText(data);
      const decoded = found && decodeBase64(found.bytes, found.start, found.end);
      return decoded ? ok(decoded) : refuse('encoding-broken', 'the data is not base64');
    };
    return { resource, attachment, location: location('data'), bytes };
  }
  if (member(attachment, 'url') === undefined) return null;
  return {
    resource,
    attachment,
    location: location('url'),
    bytes: () => refuse('pointer-not-followed', 'the address of a file is not fetched'),
  };
}

/** The one ECG among the files; who, when and which order is what the resource around it says. */
export function decodeAttached(files: readonly AttachedFile[], context: Context): Result<Reading> {
  const found = oneEcgOf(files, context.decodeFile);
  if (!found.ok) return found;
  const { reading, location } = found.value;
  const file = files.find((one) => one.location === location);
  const envelope = envelopeOf(file?.resource, context);
  const read = readingOfFile(envelope, ATTACHMENT_FORMAT, reading, location);
  if (!read.ok || read.value.acquired) return read;
  // When the file was made, or put on record, is the next best to when the ECG was.
  const acquired = firstTime([
    member(file?.attachment, 'creation'),
    text(member(file?.resource, 'date')),
  ]);
  return ok(Object.freeze({ ...read.value, acquired }));
}
