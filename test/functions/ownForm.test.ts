import { beforeAll, describe, expect, test } from '@jest/globals';
import { addConnection } from '../../functions/addConnection.ts';
import { blankForm } from '../../functions/authenticationForm.ts';
import { fieldProblemsOf, ownFields, ownFormSetting } from '../../functions/ownForm.ts';
import { loadAssets } from '../../functions/pages/assets.ts';
import { BrokerError } from '../../shared/domain/errors.ts';
import { someConnection } from '../contracts/samples.ts';
import { refusalOf, textOf } from './support/answers.ts';
import { brokerWith, session } from './support/brokers.ts';
import { context, formRequest } from './support/requests.ts';

beforeAll(() => loadAssets('functions/pages/assets'));

const broker = brokerWith(session);
const blank = blankForm('teams', ['office365']);

describe('the screen of somebody who is signed in', () => {
  test('knows who it is, carries the token of the session, and offers what this deployment offers', () => {
    const setting = ownFormSetting(broker, session, 'teams', '/add/teams', { connectionId: 'id' });
    expect(setting).toEqual({
      viewer: { displayName: 'Ada Lovelace', username: 'ada@contoso.example', csrfToken: session.csrfToken },
      connector: 'teams',
      action: '/add/teams',
      hidden: { connectionId: 'id', csrf: session.csrfToken },
      submitLabel: 'Continue',
      offeredEnvironments: ['office365', 'usgov-l4', 'usgov-l5', 'china'],
      redirectUri: 'https://broker.example/provisioning_/callback',
      own: true,
    });
  });

  test('cannot have its token replaced by another hidden field', () => {
    const { hidden } = ownFormSetting(broker, session, 'teams', '/add/teams', { csrf: 'forged' });
    expect(hidden.csrf).toBe(session.csrfToken);
  });

  test('goes on with a connection that is there already', () => {
    const connection = someConnection();
    expect(ownFormSetting(broker, session, 'teams', '/x', {}, connection).connection).toBe(connection);
  });
});

describe('the name and the access list as the owner typed them', () => {
  test('principals stand on lines, or between commas and spaces; all may use the connection', () => {
    const { access, problems } = ownFields({ ...blank, access: ' r:unner\r\nr:ben, r:cy\t\n\n,r:dee ' });
    expect(problems).toEqual([]);
    expect(access).toEqual(
      ['r:unner', 'r:ben', 'r:cy', 'r:dee'].map((principalId) => ({ principalId, permission: 'use' })),
    );
  });

  test('nobody is fine', () => {
    expect(ownFields({ ...blank, access: ' \n ' })).toMatchObject({ access: [], problems: [] });
  });

  test('whoever could manage the connection before still can', () => {
    const former = [{ principalId: 'r:ben', permission: 'manage' } as const];
    expect(ownFields({ ...blank, access: 'r:ben\nr:unner' }, former).access).toEqual([
      { principalId: 'r:ben', permission: 'manage' },
      { principalId: 'r:unner', permission: 'use' },
    ]);
  });

  test('the name comes without the spaces around it', () => {
    expect(ownFields({ ...blank, name: ' Invoices ' }).name).toBe('Invoices');
  });

  test('what is wrong is told at its field', () => {
    expect(ownFields({ ...blank, name: '', access: 'jürgen\nr:ben' }).problems).toEqual([
      { field: 'name', message: 'Must not be empty.' },
      { field: 'access', message: expect.stringContaining('Give an object ID, a GUID') },
    ]);
    expect(ownFields({ ...blank, access: 'r:ben\nr:ben' }).problems).toEqual([
      { field: 'access', message: 'A principal stands there more than once.' },
    ]);
  });
});

describe('a failure while the form is handled', () => {
  const fields = [{ field: 'clientId', message: 'Give a GUID.' }];

  test('is for the form to show, where fields are wrong', () => {
    expect(fieldProblemsOf(new BrokerError('invalid_request', 'x', { fields }))).toBe(fields);
  });

  test.each([
    ['a failure without fields', new BrokerError('invalid_request', 'x')],
    ['a failure of another kind', new BrokerError('connection_conflict', 'x', { fields })],
    ['a mistake', new TypeError('x')],
    ['anything else', 'x'],
  ])('is not, where it is %s', (_what, error) => {
    let passedOn: unknown;
    try {
      fieldProblemsOf(error);
    } catch (thrown) {
      passedOn = thrown;
    }
    expect(passedOn).toBe(error);
  });
});

describe('the form of a new connection', () => {
  const good = {
    csrf: session.csrfToken,
    connectionId: '3f2c8a5e-0b6d-4d8e-9a41-7c5b2e1f6a90',
    name: 'Chats of Ada',
    environment: 'office365',
    tenantId: 'common',
    clientId: '3f1c9a52-6d0e-4b8f-a7c4-92e5d1b6f083',
    clientSecret: 'hunter2-hunter2',
    scopes: 'User.Read',
  };
  const post = (fields: Readonly<Record<string, string>>) =>
    addConnection({
      ...broker,
      addConnection: async () => {
        throw new Error('Nothing was to be made.');
      },
    })(formRequest('/add/teams', { ...good, ...fields }, {}, { connector: 'teams' }), context);

  test('comes back with what was typed and every problem, the secret excepted', async () => {
    const answer = await post({ clientId: 'my app', tenantId: 'x', access: 'jürgen' });
    expect(answer.status).toBe(400);
    const html = textOf(answer);
    for (const kept of ['Chats of Ada', 'my app', 'jürgen']) expect(html).toContain(kept);
    expect(html).toContain('Give an object ID');
    expect(html).not.toContain(good.clientSecret);
  });

  test('says of a wrong client id what is wrong with it, and not that it is missing', async () => {
    const html = textOf(await post({ clientId: 'my app' }));
    expect(html).toContain('Give the application (client) ID, a GUID');
    expect(html).not.toContain('Give the application (client) ID of your app registration.');
  });

  test('refuses a secret that nobody could keep', async () => {
    const answer = await post({ clientSecret: 'x'.repeat(40_000) });
    expect(answer.status).toBe(400);
    expect(textOf(answer)).toContain('At most 500 characters.');
    expect(textOf(answer)).not.toContain('xxxx');
  });

  test.each(['', 'x', '../tokens', good.connectionId.toUpperCase()])(
    'with "%s" as the id of the connection is refused, as a mistake of the sender',
    async (connectionId) => {
      const error = await refusalOf(() => post({ connectionId }));
      expect([error.code, error.fields[0]?.field]).toEqual(['invalid_request', 'connectionId']);
    },
  );
});
