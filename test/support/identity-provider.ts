import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWTPayload } from 'jose';
import Provider from 'oidc-provider';

export const CLIENT = { id: 'leadwire', secret: 'a-secret-of-the-board' };

/** A real OpenID provider. Whoever comes is logged in as the person of now, without a form. */
export interface TestProvider {
  readonly issuer: string;
  person: { readonly id: string; readonly name: string; readonly groups: readonly string[] };
  /** Changes the ID token before it is signed anew: how a provider would have to lie. */
  lie: ((claims: JWTPayload) => JWTPayload) | null;
  close(): Promise<void>;
}

const KEY_ID = 'key-1';

export async function startProvider(redirectUrl: string): Promise<TestProvider> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const jwk = { ...(await exportJWK(privateKey)), kid: KEY_ID, alg: 'RS256', use: 'sig' };
  const state: Pick<TestProvider, 'person' | 'lie'> = {
    person: { id: 'dr-a', name: 'Dr A', groups: ['ed-physicians'] },
    lie: null,
  };
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: CLIENT.id,
        client_secret: CLIENT.secret,
        redirect_uris: [redirectUrl],
      },
    ],
    jwks: { keys: [jwk] },
    cookies: { keys: ['a-key-for-cookies'] },
    features: { devInteractions: { enabled: false } },
    claims: { openid: ['sub'], profile: ['name', 'groups'] },
    interactions: { url: () => '/interaction' },
    findAccount: (_: unknown, id: string) => ({
      accountId: id,
      claims: () => ({ sub: id, name: state.person.name, groups: state.person.groups }),
    }),
  });
  const handle = provider.callback();
  server.on('request', (request, response) => {
    if (request.url?.startsWith('/interaction')) void interact(provider, state, request, response);
    else if (request.url === '/token')
      lying(response, state, privateKey, () => {
        handle(request, response);
      });
    else handle(request, response);
  });
  return Object.assign(state, { issuer, close: () => closed(server) });
}

async function interact(
  provider: Provider,
  { person }: Pick<TestProvider, 'person'>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { prompt } = await provider.interactionDetails(request, response);
  const options = { mergeWithLastSubmission: true };
  if (prompt.name === 'login') {
    const login = { accountId: person.id };
    await provider.interactionFinished(request, response, { login }, options);
    return;
  }
  const grant = new provider.Grant({ accountId: person.id, clientId: CLIENT.id });
  grant.addOIDCScope('openid profile');
  const consent = { grantId: await grant.save() };
  await provider.interactionFinished(request, response, { consent }, options);
}

/** The provider's own answer, its ID token changed and signed with the provider's own key. */
function lying(
  response: ServerResponse,
  state: Pick<TestProvider, 'lie'>,
  key: CryptoKey,
  answer: () => void,
): void {
  const { lie } = state;
  const end = response.end.bind(response);
  if (lie) {
    const changed = async (body: string): Promise<void> => {
      const tokens = JSON.parse(body) as { id_token?: string };
      const payload = tokens.id_token?.split('.')[1] ?? '';
      const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as JWTPayload;
      const header = { alg: 'RS256', kid: KEY_ID };
      const id_token = await new SignJWT(lie(claims)).setProtectedHeader(header).sign(key);
      const text = JSON.stringify({ ...tokens, id_token });
      response.setHeader('content-length', Buffer.byteLength(text));
      end(text);
    };
    response.end = ((body: string) => {
      void changed(body);
      return response;
    }) as typeof response.end;
  }
  answer();
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
  });
}
