import { describe, expect, test } from '@jest/globals';
import {
  cookiesOf,
  requireOwnForm,
  requireSameOrigin,
  requireSession,
  SignInRequired,
  viewerOf,
} from '../../functions/session.ts';
import { refusalOf } from './support/answers.ts';
import { brokerWith, offlineBroker, session } from './support/brokers.ts';
import { baseUrl, formRequest, requestTo } from './support/requests.ts';

const broker = offlineBroker();

describe('the cookies of a request', () => {
  const jar = (cookie: string) => cookiesOf(requestTo('/', { headers: { cookie } }));

  test('are read by their names', () => {
    const cookies = jar('__Host-session=abc.def; theme=dark');
    expect(cookies('__Host-session')).toBe('abc.def');
    expect(cookies('theme')).toBe('dark');
    expect(cookies('other')).toBeUndefined();
  });

  test('are none without the header', () => {
    expect(cookiesOf(requestTo('/'))('__Host-session')).toBeUndefined();
  });

  test('are all there where the browser sent two headers, which the host joins with a comma', () => {
    const cookies = jar('a=1; __Host-flow-1=x,__Host-session=y; b=2');
    expect(['a', '__Host-flow-1', '__Host-session', 'b'].map(cookies)).toEqual(['1', 'x', 'y', '2']);
  });

  test('are percent-decoded, since the host encodes them on the way out', () => {
    expect(jar('s=a%2Fb%2B%3D')('s')).toBe('a/b+=');
  });

  test('that are damaged are taken as they are', () => {
    expect(jar('s=%E9%; =x; ;;, t')('s')).toBe('%E9%');
  });

  test.each(['__proto__', 'constructor', 'toString'])('called %s are only there when sent', (name) => {
    expect(jar('a=1')(name)).toBeUndefined();
  });
});

describe('a page that needs a session', () => {
  test('goes on with the session of the browser', async () => {
    expect(await requireSession(brokerWith(session), requestTo('/'))).toBe(session);
  });

  test.each([
    ['no cookie', {}],
    ['an empty cookie', { cookie: '__Host-session=' }],
    ['a made-up cookie', { cookie: '__Host-session=v1.forged.cookie' }],
    ['a cookie under a name without the prefix', { cookie: 'session=v1.x.y' }],
  ])('asks to sign in where there is %s, and calls no vault', async (_what, headers) => {
    await expect(requireSession(broker, requestTo('/', { headers }))).rejects.toBeInstanceOf(SignInRequired);
  });

  test('shows who is signed in', () => {
    expect(viewerOf(session)).toEqual({
      displayName: 'Ada Lovelace',
      username: 'ada@contoso.example',
      csrfToken: 'the-token-of-this-session',
    });
  });
});

/** Each Origin and each Sec-Fetch-Site that a browser, or something else, may send; true where a form is taken. */
const origins: readonly [string, string | undefined, boolean][] = [
  ['our own Origin', baseUrl, true],
  ['no Origin', undefined, true],
  ['Origin null', 'null', false],
  ['another Origin', 'https://evil.example', false],
  ['an Origin that begins like ours', `${baseUrl}.evil.example`, false],
  ['our host without TLS', 'http://broker.example', false],
  ['our host on another port', `${baseUrl}:8443`, false],
  ['ours and another', `${baseUrl},https://evil.example`, false],
  ['an empty Origin', '', false],
];
const sites: readonly [string, string | undefined, boolean][] = [
  ['the same origin', 'same-origin', true],
  ['no site', undefined, true],
  ['a person', 'none', true],
  ['the same site', 'same-site', false],
  ['another site', 'cross-site', false],
  ['two sites', 'same-origin,cross-site', false],
];
const sent = (name: string, value: string | undefined) => (value === undefined ? {} : { [name]: value });
const matrix = origins.flatMap(([originName, origin, originIsOurs]) =>
  sites.map(([siteName, site, siteIsOurs]): [string, string, Record<string, string>, boolean] => [
    originName,
    siteName,
    { ...sent('origin', origin), ...sent('sec-fetch-site', site) },
    originIsOurs && siteIsOurs,
  ]),
);

describe('a form', () => {
  test.each(matrix)('with %s, sent by %s', async (_origin, _site, headers, taken) => {
    const form = new URLSearchParams({ csrf: session.csrfToken });
    const request = formRequest('/signout', {}, headers);
    for (const work of [
      () => requireSameOrigin(broker, request),
      () => requireOwnForm(broker, request, session, form),
    ]) {
      if (taken) expect(work()).toBeUndefined();
      else expect((await refusalOf(work)).code).toBe('cross_site_request');
    }
  });

  const own = formRequest('/signout', {}, { origin: baseUrl, 'sec-fetch-site': 'same-origin' });

  test.each([
    ['without the token of the session', {}],
    ['with an empty token', { csrf: '' }],
    ['with the token of another session', { csrf: 'the-token-of-that-session' }],
    ['with half of the token', { csrf: session.csrfToken.slice(0, 10) }],
    ['with the token under another name', { CSRF: session.csrfToken }],
  ])('of our own origin, but %s, is refused', async (_what, fields) => {
    const error = await refusalOf(() =>
      requireOwnForm(broker, own, session, new URLSearchParams({ ...fields })),
    );
    expect(error.code).toBe('cross_site_request');
    expect(error.message).toContain('Open the page anew.');
    expect(error.message).not.toContain(session.csrfToken);
  });

  test('is read once: a second token in it changes nothing', () => {
    const form = new URLSearchParams(`csrf=${session.csrfToken}&csrf=other`);
    expect(requireOwnForm(broker, own, session, form)).toBeUndefined();
  });
});
