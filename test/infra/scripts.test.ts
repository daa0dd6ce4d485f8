import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { roles } from '../../shared/domain/caller.ts';
import { environmentNames, environments } from '../../shared/domain/environment.ts';
import { entraClaimMap } from '../../shared/domain/trustedIssuer.ts';

const folder = join(import.meta.dirname, '../../infra/scripts');
const scripts = readdirSync(folder);
const hasJq = spawnSync('jq', ['--version']).status === 0;

function run(script: string, parameters: readonly string[], environment: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync('bash', [join(folder, script), ...parameters], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...environment },
  });
  return { status, stdout, stderr };
}

describe('the scripts', () => {
  test.each(scripts)('%s says how it is used', (script) => {
    const { status, stdout, stderr } = run(script, ['--help']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(new RegExp(`^Usage: ${script} --`));
  });

  test.each(scripts)('%s explains each option that it reads', (script) => {
    const text = readFileSync(join(folder, script), 'utf8');
    const read = [...text.matchAll(/^ {4}(--[\w |-]+)\)/gm)].flatMap(([, names = '']) => names.split(' | '));
    expect(read).toContain('--help');
    const { stdout } = run(script, ['--help']);
    expect(read.filter((name) => name.startsWith('--') && !stdout.includes(`  ${name} `))).toEqual([]);
  });

  test.each(scripts)('%s refuses an option that it does not know', (script) => {
    const { status, stderr } = run(script, ['--nonsense']);
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: `${script}: --nonsense is no option. See --help.\n`,
    });
  });
});

describe('register.sh', () => {
  const text = readFileSync(join(folder, 'register.sh'), 'utf8');

  test.each(environmentNames)('knows the hosts of %s', (name) => {
    const [, block = ''] = new RegExp(`^  ${name}\\)\\n([^;]+);;`, 'm').exec(text) ?? [];
    const { authorityOrigin, graphOrigin, federatedAudience } = environments[name];
    expect(block).toContain(`authority=${authorityOrigin}\n`);
    expect(block).toContain(`graph=${graphOrigin}\n`);
    expect(block).toContain(`audience=${federatedAudience}\n`);
  });

  test('makes the roles and the scope that the broker asks for', () => {
    for (const role of roles) expect(text).toContain(`value: "${role}"`);
    expect(text).toContain(`value: "${entraClaimMap.scope}"`);
  });

  if (hasJq || process.env.CI === 'true') describe('against a directory', runsOfRegister);
  else console.warn('The runs of register.sh were not tested: they need jq on the PATH.');
});

function runsOfRegister() {
  let place: string;
  const stub = (name: string, line: string) =>
    writeFileSync(join(place, name), `#!/bin/sh\n${line}\n`, { mode: 0o755 });

  beforeEach(() => {
    place = mkdtempSync(join(tmpdir(), 'register-'));
    const fake = join(import.meta.dirname, 'support/fakeAz.ts');
    stub('az', `exec "${process.execPath}" --disable-warning=ExperimentalWarning "${fake}" "$@"`);
    stub('sleep', 'exit 0');
  });
  afterEach(() => rmSync(place, { recursive: true }));

  const register = (...parameters: readonly string[]) =>
    run('register.sh', parameters, {
      PATH: `${place}:${process.env.PATH}`,
      FAKE_AZ_STATE: join(place, 'state.json'),
      FAKE_AZ_CLOUD: 'AzureUSGovernment',
    });
  const directory = () => JSON.parse(readFileSync(join(place, 'state.json'), 'utf8'));

  test('makes the registration, and a second run finds everything there', () => {
    const whole = [
      ...['--cloud', 'usgov-l5', '--base-url', 'https://broker.contoso.example'],
      ...['--identity-principal', '77777777-7777-4777-8777-777777777777'],
      ...['--assign', '66666666-6666-4666-8666-666666666666=Tokens.Read'],
    ];
    expect(register(...whole)).toMatchObject({
      status: 0,
      stdout:
        'BROKER_TENANT_ID=99999999-9999-4999-8999-999999999999\nBROKER_CLIENT_ID=88888888-8888-4888-8888-888888888888\n',
    });
    const first = directory();
    expect(first.apps).toMatchObject([
      {
        displayName: 'Connection broker',
        signInAudience: 'AzureADMyOrg',
        identifierUris: ['api://88888888-8888-4888-8888-888888888888'],
        api: { requestedAccessTokenVersion: 2, oauth2PermissionScopes: [{ value: 'access_as_user' }] },
        web: {
          redirectUris: ['https://broker.contoso.example/signin/callback', 'https://kept.contoso.example/'],
        },
      },
    ]);
    expect(first.apps[0].appRoles.map(({ value }: { value: string }) => value)).toEqual([
      'Kept.Role',
      'Connections.Create',
      'Connections.Manage',
      'Tokens.Read',
    ]);
    expect(first.credentials).toMatchObject([
      {
        issuer: `${environments['usgov-l5'].authorityOrigin}/99999999-9999-4999-8999-999999999999/v2.0`,
        subject: '77777777-7777-4777-8777-777777777777',
        audiences: [environments['usgov-l5'].federatedAudience],
      },
    ]);
    expect(first.assignments).toHaveLength(1);
    expect(new Set(first.calls.map((call: string) => call.split(' ')[1]))).toEqual(
      new Set([environments['usgov-l5'].graphOrigin]),
    );

    expect(register(...whole).status).toBe(0);
    const { calls, ...second } = directory();
    expect(second).toEqual({ ...first, calls: undefined });
    expect(calls.slice(first.calls.length).filter((call: string) => call.startsWith('POST'))).toEqual([]);
  }, 30_000);

  test('does nothing in another cloud than the one az is set to', () => {
    expect(register('--cloud', 'china')).toEqual({
      status: 1,
      stdout: '',
      stderr:
        'register.sh: az is set to AzureUSGovernment. Run: az cloud set --name AzureChinaCloud && az login\n',
    });
  });
}
