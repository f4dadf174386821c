import { readFileSync, statSync } from 'node:fs';
import { createSecureContext, type SecureContextOptions, type Server } from 'node:tls';

export interface TlsFiles {
  readonly certFile: string;
  readonly keyFile: string;
  /** Authorities of client certificates. */
  readonly caFile?: string | null;
}

export type CertificateEvent =
  | { readonly kind: 'certificate-reloaded' }
  | { readonly kind: 'certificate-reload-failed'; readonly why: string };

/** Reads and checks the files; throws where a certificate and its key do not belong together. */
export function readCertificates(files: TlsFiles): SecureContextOptions {
  const options: SecureContextOptions = {
    cert: readFileSync(files.certFile),
    key: readFileSync(files.keyFile),
    minVersion: 'TLSv1.2',
    ...(files.caFile ? { ca: readFileSync(files.caFile) } : {}),
  };
  createSecureContext(options);
  return options;
}

/**
 * Looks at the files again and again, because file events do not fire for the symbolic links by
 * which orchestrators swap secrets. New connections get the new certificate; files that are not
 * usable leave the old one in place. Returns what ends the watch.
 */
export function watchCertificates(
  files: TlsFiles,
  server: Pick<Server, 'setSecureContext'>,
  everyMs: number,
  report: (event: CertificateEvent) => void,
): () => void {
  let seen = fingerprint(files);
  const timer = setInterval(() => {
    const now = fingerprint(files);
    if (now === seen) return;
    seen = now;
    try {
      server.setSecureContext(readCertificates(files));
      report({ kind: 'certificate-reloaded' });
    } catch (error) {
      const why = (error as NodeJS.ErrnoException).code ?? 'unreadable';
      report({ kind: 'certificate-reload-failed', why });
    }
  }, everyMs);
  timer.unref();
  return () => {
    clearInterval(timer);
  };
}

function fingerprint(files: TlsFiles): string {
  const paths = [files.certFile, files.keyFile, ...(files.caFile ? [files.caFile] : [])];
  return paths.map(stamp).join();
}

function stamp(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false });
  return found ? `${found.ino}:${found.mtimeMs}:${found.size}` : 'absent';
}
