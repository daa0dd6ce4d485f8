const { app } = require('@azure/functions');
const { TableClient } = require('@azure/data-tables');
const { ManagedIdentityCredential } = require('@azure/identity');
const { SecretClient } = require('@azure/keyvault-secrets');

/** A stand-in for the broker: as much of its pages and API as the local cloud drives, over the real clients. */
const settings = process.env;
const originMap = JSON.parse(settings.LOCAL_ORIGIN_MAP);
const credential = new ManagedIdentityCredential({ clientId: settings.MANAGED_IDENTITY_CLIENT_ID });
const vault = new SecretClient(settings.KEY_VAULT_URL, credential, {
  disableChallengeResourceVerification: true,
});
const table = new TableClient(settings.TABLES_URL, 'connections', credential);
const authority = originMap['https://login.microsoftonline.com'];
const redirectUri = `${settings.BROKER_BASE_URL}/provisioning_/callback`;

function route(name, methods, path, handler) {
  app.http(name, { methods, route: path, authLevel: 'anonymous', handler });
}
const page = (body) => ({ headers: { 'content-type': 'text/html' }, body });

route('put', ['PUT'], 'api/v1/connections/{id}', async (request) => {
  const { id } = request.params;
  const body = await request.json();
  await table.createTable();
  await vault.setSecret(`client-${id}`, body.clientSecret);
  const { clientId, tenantId } = body;
  await table.createEntity({ partitionKey: 'c', rowKey: id, clientId, tenantId, status: 'pending' });
  return { status: 201, jsonBody: { connectLink: `${settings.BROKER_BASE_URL}/connect/${id}` } };
});
route('get', ['GET'], 'api/v1/connections/{id}', async (request) => ({
  jsonBody: { status: (await table.getEntity('c', request.params.id)).status },
}));
route('connectPage', ['GET'], 'connect/{id}', (request) =>
  page(`<form method="post" action="/connect/${request.params.id}">
    <input type="hidden" name="csrf" value="a&amp;b"><button>Continue</button></form>`),
);
route('connect', ['POST'], 'connect/{id}', async (request) => {
  const { id } = request.params;
  if (new URLSearchParams(await request.text()).get('csrf') !== 'a&b') return { status: 400 };
  const { clientId, tenantId } = await table.getEntity('c', id);
  const query = new URLSearchParams({
    client_id: clientId,
    response_type: 'code',
    redirect_uri: redirectUri,
    scope: 'openid offline_access https://graph.microsoft.com/Mail.Read',
    state: id,
  });
  const href = `${authority}/${tenantId}/oauth2/v2.0/authorize?${query}`.replaceAll('&', '&amp;');
  return {
    ...page(`<meta http-equiv="refresh" content="0;url=${href}"><a href="${href}">Go on</a>`),
    cookies: [{ name: `flow-${id}`, value: 'kept=1', httpOnly: true }],
  };
});
route('callback', ['GET'], 'provisioning_/callback', async (request) => {
  const id = request.query.get('state');
  if (!request.headers.get('cookie')?.includes(`flow-${id}=kept%3D1`)) return { status: 400 };
  const { clientId, tenantId } = await table.getEntity('c', id);
  const response = await fetch(`${authority}/${tenantId}/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code: request.query.get('code'),
      redirect_uri: redirectUri,
      client_id: clientId,
      client_secret: (await vault.getSecret(`client-${id}`)).value,
    }),
  });
  const status = response.ok ? 'connected' : 'failed';
  await table.upsertEntity({ partitionKey: 'c', rowKey: id, clientId, tenantId, status });
  return page(`<p>${status}</p>`);
});
route('now', ['GET'], 'now', () => ({ jsonBody: { now: Date.now() } }));
app.timer('refreshConnections', { schedule: '0 */5 * * * *', handler: () => ({ refreshed: 0, failed: 0 }) });
