/** What every request to the FHIR server shows. */
export interface Credentials {
  readonly scheme: 'Bearer' | 'Basic';
  /** Asked before every request; null sends none. */
  token(): string | null | Promise<string | null>;
  /** The server answered 401 to this one. True where asking again may bring another. */
  refused(token: string): boolean;
}

/** A token that somebody gave us, or none at all. */
export function fixedToken(token: string | null): Credentials {
  return { scheme: 'Bearer', token: () => token, refused: () => false };
}

export function basicCredentials(user: string, password: string): Credentials {
  const token = Buffer.from(`${user}:${password}`, 'utf8').toString('base64');
  return { scheme: 'Basic', token: () => token, refused: () => false };
}
