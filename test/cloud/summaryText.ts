import { environmentNames, environments } from '../../shared/domain/environment.ts';
import type { CloudSummary } from './cloud.ts';

/** What a person reads once the cloud runs. */
export function summaryText(summary: CloudSummary): string {
  const { brokerUrl, controlUrl, accounts, apps, callers, seededConnectionId } = summary;
  const clouds = environmentNames.map((name) => {
    const { clientId, clientSecret, tenantId } = apps[name];
    const usernames = accounts.filter(({ environment }) => environment === name);
    return `  ${environments[name].title}
    client id      ${clientId}
    client secret  ${clientSecret}
    tenant id      ${tenantId}
    accounts       ${usernames.map(({ username }) => username).join(', ')}`;
  });
  const operator = accounts.find(({ username }) => username.startsWith('operator@'))?.username;
  return `
The broker runs: open ${brokerUrl} and sign in as ${operator ?? 'one of the accounts below'}.

What to type on the authentication screen, and who can sign in at Microsoft then:

${clouds.join('\n\n')}

A runner fetches a token for the connection that is there already:

  curl -s ${brokerUrl}/api/v1/connections/${seededConnectionId}/token -H "Authorization: Bearer ${callers.runner.accessToken}"

To try the rest of the API, as in the README's examples (TOKEN has Connections.Create):

  B=${brokerUrl}
  CONTROL=${controlUrl}
  CLIENT_ID=${apps.office365.clientId}
  CLIENT_SECRET=${apps.office365.clientSecret}
  TOKEN=${callers.creator.accessToken}
  MANAGER_TOKEN=${callers.manager.accessToken}
  RUNNER=${callers.runner.principalId}
  RUNNER_TOKEN=${callers.runner.accessToken}
  CONNECTION=${seededConnectionId}

Faults, clock, counters and the log: ${controlUrl} (curl -s ${controlUrl}/log).
Data lives in memory. Ctrl-C stops everything.
`;
}
