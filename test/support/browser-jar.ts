/** As much of a browser as a login needs: it keeps cookies by host and path, and follows links. */
export class BrowserJar {
  readonly #cookies = new Map<string, { readonly value: string; readonly path: string }>();

  async fetch(url: string | URL, init: RequestInit = {}): Promise<Response> {
    const address = new URL(url);
    const headers = new Headers(init.headers);
    const cookie = this.cookiesFor(address);
    if (cookie !== '') headers.set('cookie', cookie);
    const answer = await fetch(address, { ...init, headers, redirect: 'manual' });
    for (const line of answer.headers.getSetCookie()) this.#keep(address, line);
    return answer;
  }

  /** Follows links until a page comes, or until one is to be looked at first. */
  async follow(url: string | URL, until: (next: URL) => boolean = () => false): Promise<Followed> {
    let at = new URL(url);
    for (let hops = 0; hops < 20; hops += 1) {
      const answer = await this.fetch(at);
      const to = answer.headers.get('location');
      if (to === null) return { at, answer };
      at = new URL(to, at);
      if (until(at)) return { at, answer };
    }
    throw new Error('these links lead in a circle');
  }

  cookiesFor({ host, pathname }: URL): string {
    return [...this.#cookies]
      .filter(([name, { path }]) => name.startsWith(`${host} `) && pathname.startsWith(path))
      .map(([name, { value }]) => `${name.split(' ')[1] ?? ''}=${value}`)
      .join('; ');
  }

  #keep({ host }: URL, line: string): void {
    const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
    const [name = '', value = ''] = pair.split('=');
    const path = attributes.find((one) => /^path=/i.test(one))?.slice(5) ?? '/';
    const gone = attributes.some((one) => /^expires=Thu, 01 Jan 1970/i.test(one));
    if (gone) this.#cookies.delete(`${host} ${name}`);
    else this.#cookies.set(`${host} ${name}`, { value, path });
  }
}

export interface Followed {
  readonly at: URL;
  readonly answer: Response;
}
