/** `Type/id`, and the version where one is named: the only form that is ever requested. */
const RELATIVE =
  /^([A-Z][A-Za-z]{1,63})\/([A-Za-z0-9.-]{1,64})(?:\/_history\/([A-Za-z0-9.-]{1,64}))?$/;

export interface LocalReference {
  readonly type: string;
  readonly id: string;
  readonly version: string | null;
}

export function parseReference(text: string): LocalReference | null {
  const [, type, id, version] = RELATIVE.exec(text) ?? [];
  if (type === undefined || id === undefined) return null;
  // `.` and `..` are ids by the letter of FHIR and steps in a URL.
  if (/^\.{1,2}$/.test(id) || /^\.{1,2}$/.test(version ?? '')) return null;
  return { type, id, version: version ?? null };
}

/**
 * What follows the server's base in an address that is its own, or null for an address of anyone
 * else: a reference inside a resource is somebody's word, and a request to wherever it points would
 * let them send us, and our token, anywhere.
 */
export function withinServer(address: string, baseUrls: readonly string[]): string | null {
  if (!URL.canParse(address)) return null;
  const wanted = new URL(address);
  if (wanted.username !== '' || wanted.password !== '') return null;
  for (const baseUrl of baseUrls) {
    const base = new URL(baseUrl);
    if (wanted.origin !== base.origin) continue;
    const path = base.pathname.replace(/\/+$/, '');
    if (wanted.pathname !== path && !wanted.pathname.startsWith(`${path}/`)) continue;
    return wanted.pathname.slice(path.length).replace(/^\/+/, '') + wanted.search;
  }
  return null;
}

/** `Type/id` of this server, from a relative reference or from an address of its own. */
export function localReference(
  reference: string,
  baseUrls: readonly string[],
): LocalReference | null {
  return parseReference(reference) ?? parseReference(withinServer(reference, baseUrls) ?? '');
}

/** `Type/id` of a Location header or of a transaction's answer, relative or absolute. */
export function writtenReference(location: string | null): string | null {
  const match =
    /(?:^|\/)([A-Z][A-Za-z]{1,63})\/([A-Za-z0-9.-]{1,64})(?:\/_history\/[A-Za-z0-9.-]{1,64})?$/.exec(
      location ?? '',
    );
  return match ? `${match[1] ?? ''}/${match[2] ?? ''}` : null;
}

/** `system|value` as a search value: FHIR's separators inside either part are escaped. */
export function searchToken(system: string, value: string): string {
  return `${escaped(system)}|${escaped(value)}`;
}

function escaped(text: string): string {
  return text.replace(/[\\,$|]/g, (character) => `\\${character}`);
}

/** The same as a query, ready for `ifNoneExist`. */
export function tokenQuery(parameter: string, system: string, value: string): string {
  return `${parameter}=${encodeURIComponent(searchToken(system, value))}`;
}
