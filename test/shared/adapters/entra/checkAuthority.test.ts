import { expect, test } from '@jest/globals';
import { checkAuthority } from '../../../../shared/adapters/entra/checkAuthority.ts';

const tenant = '5c8a2f04-93b1-4f5e-8d6e-6f3a1b0c7d21';
const answering = (status: number) => {
  const asked: string[] = [];
  const send: typeof fetch = async (url) => {
    asked.push(String(url));
    return new Response('{}', { status });
  };
  return { asked, send };
};

test('the authority of the tenant is asked, in its own cloud', async () => {
  const { asked, send } = answering(200);
  await checkAuthority('china', tenant, undefined, send);
  expect(asked).toEqual([
    `https://login.partner.microsoftonline.cn/${tenant}/v2.0/.well-known/openid-configuration`,
  ]);
});

test.each([400, 429, 503])('an answer %s is none', async (status) => {
  const { send } = answering(status);
  await expect(checkAuthority('office365', tenant, undefined, send)).rejects.toMatchObject({
    code: 'identity_unavailable',
    cause: { message: `discovery ${status}` },
  });
});

test('nobody there is no answer', async () => {
  const map = { 'https://login.microsoftonline.com': 'http://127.0.0.1:1' };
  await expect(checkAuthority('office365', tenant, map, fetch)).rejects.toMatchObject({
    code: 'identity_unavailable',
    cause: { message: 'discovery unanswered' },
  });
});
