import { describe, expect, test } from '@jest/globals';
import { checkSettings, missingSettings } from '../../../shared/domain/connectionSettings.ts';
import { environmentNames } from '../../../shared/domain/environment.ts';
import { alwaysAsked } from '../../../shared/domain/scopes.ts';

const clientId = '3f1c9a52-6d0e-4b8f-a7c4-92e5d1b6f083';

const checked = (stated: Parameters<typeof checkSettings>[0], offered = environmentNames.slice()) =>
  checkSettings(stated, 'outlook365', offered);

const fieldsOf = ({ problems }: ReturnType<typeof checkSettings>) => problems.map(({ field }) => field);

describe('the settings of the authentication screen', () => {
  test('come out in canonical form', () => {
    const stated = {
      environment: 'usgov-l4',
      tenantId: ' Contoso.Example ',
      clientId: clientId.toUpperCase(),
      scopes: 'https://graph.microsoft.us/mail.read, Mail.Send',
    };
    expect(checked(stated)).toEqual({
      settings: {
        environment: 'usgov-l4',
        tenant: 'contoso.example',
        clientId,
        requestedScopes: [...alwaysAsked, 'Mail.Read', 'Mail.Send'],
      },
      problems: [],
    });
  });

  test('what is left out is left out, without complaint', () => {
    expect(checked({})).toEqual({ settings: {}, problems: [] });
  });

  test('every mistake is told at once, under the name it was sent', () => {
    const stated = {
      environment: 'mars',
      tenantId: 'consumers',
      clientId: 'my app',
      scopes: 'Calendars.Read',
    };
    const result = checked(stated);
    expect(result.settings).toEqual({});
    expect(fieldsOf(result)).toEqual(['environment', 'tenantId', 'clientId', 'scopes']);
  });

  test('a cloud that this deployment does not offer is named with those it offers', () => {
    const [problem] = checked({ environment: 'china' }, ['office365']).problems;
    expect(problem?.message).toBe('China is not offered by this deployment, which offers "office365".');
  });

  test('scopes of another cloud than the chosen one are refused with the right ones named', () => {
    const scopes = 'https://graph.microsoft.com/Mail.Read';
    const [problem] = checked({ environment: 'china', scopes }).problems;
    expect(problem).toMatchObject({ field: 'scopes' });
    expect(problem?.message).toContain('https://microsoftgraph.chinacloudapi.cn/Mail.Read');
  });

  test('before a cloud is chosen, scopes may be of any that is offered', () => {
    const scopes = ['https://microsoftgraph.chinacloudapi.cn/Mail.Read'];
    expect(checked({ scopes }).settings.requestedScopes).toEqual([...alwaysAsked, 'Mail.Read']);
    expect(fieldsOf(checked({ scopes }, ['office365']))).toEqual(['scopes']);
  });
});

test('what is missing is named field by field, as the screen names it', () => {
  expect(missingSettings({}).map(({ field }) => field)).toEqual([
    'environment',
    'clientId',
    'scopes',
    'tenantId',
  ]);
  const { settings } = checked({ environment: 'china', tenantId: 'common', clientId, scopes: 'Mail.Read' });
  expect(missingSettings(settings)).toEqual([]);
});
