import { randomUUID } from 'node:crypto';

const long = (length: number) => 'x'.repeat(length);
const guid = randomUUID();

/** Changes that make a good start request a bad one, and the field that the answer has to name. */
export const badBodies: readonly [what: string, field: string, change: Record<string, unknown>][] = [
  ['an unknown field', 'colour', { colour: 'red' }],
  ['a field of the answer', 'status', { status: 'connected' }],
  ['an owner', 'owner', { owner: guid }],
  ['no name', 'name', { name: undefined }],
  ['an empty name', 'name', { name: '' }],
  ['a blank name', 'name', { name: '   ' }],
  ['a name of another type', 'name', { name: { $gt: '' } }],
  ['an over-long name', 'name', { name: long(101) }],
  ['a name with control characters', 'name', { name: 'a\u0000b' }],
  ['null as name', 'name', { name: null }],
  ['an unknown connector', 'connector', { connector: 'sharepoint' }],
  ['an inherited name as connector', 'connector', { connector: 'constructor' }],
  ['an unknown environment', 'environment', { environment: 'germany' }],
  ['a number as tenant', 'tenantId', { tenantId: 5 }],
  ['a path as tenant', 'tenantId', { tenantId: '../common' }],
  ['personal accounts as tenant', 'tenantId', { tenantId: 'consumers' }],
  ['an over-long tenant', 'tenantId', { tenantId: long(254) }],
  ['a client id that is none', 'clientId', { clientId: 'my-app' }],
  ['an over-long client secret', 'clientSecret', { clientSecret: long(501) }],
  ['a client secret with a line break', 'clientSecret', { clientSecret: 'a\nb' }],
  ['a list as client secret', 'clientSecret', { clientSecret: ['a-secret'] }],
  ['any secret of the vault', 'clientSecretRef', { clientSecretRef: 'sealing-key' }],
  ['scopes below the minimum', 'scopes', { scopes: 'openid offline_access' }],
  ['scopes mixed with .default', 'scopes', { scopes: 'Mail.Read .default' }],
  ['scopes of another resource', 'scopes', { scopes: 'https://vault.azure.net/.default' }],
  ['a number as scopes', 'scopes', { scopes: 7 }],
  ['an empty list of scopes', 'scopes', { scopes: [] }],
  ['too many scopes', 'scopes', { scopes: Array.from({ length: 101 }, () => 'Mail.Read') }],
  ['an expected account by email', 'expectedAccount', { expectedAccount: { email: 'a@b.example' } }],
  ['an account of another tenant', 'expectedAccount.tid', { expectedAccount: { oid: guid, tid: guid } }],
  ['access for nobody', 'access.0.principalId', { access: [{ permission: 'use' }] }],
  ['an unknown permission', 'access.0.permission', { access: [{ principalId: guid, permission: 'own' }] }],
  ['access twice', 'access', { access: [1, 2].map(() => ({ principalId: guid, permission: 'use' })) }],
];
