import { credential, type FailureRow, request } from './failureRow.ts';

const noFederatedMatch = 'No matching federated identity record found for presented assertion';

/** Failures of the credential that an app presents. */
export const credentialFailures: Readonly<Record<number, FailureRow>> = {
  7000215: credential(
    "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '{clientId}'.",
  ),
  7000222: credential(
    "The provided client secret keys for app '{clientId}' are expired. Visit the Azure portal to create new keys for your app: https://aka.ms/NewClientSecret, or consider using certificate credentials for added security: https://aka.ms/certCreds.",
  ),
  7000218: credential(
    "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
  ),
  70002: credential('Error validating credentials.'),
  700027: credential("Client assertion failed signature validation. Client app ID: '{clientId}'."),
  700024: credential(
    'Client assertion is not within its valid time range. Current time: {now}, assertion valid from {validFrom}, expiry time of assertion {expiresAt}. Review the documentation at https://learn.microsoft.com/entra/identity-platform/certificate-credentials .',
  ),
  50013: credential('Assertion failed signature validation.'),
  50027: request('JWT token is invalid or malformed.'),
  70021: request(
    `${noFederatedMatch}. Assertion Issuer: '{issuer}'. Assertion Subject: '{subject}'. Assertion Audience: '{audience}'. https://learn.microsoft.com/entra/workload-id/workload-identity-federation`,
  ),
  700211: credential(
    `${noFederatedMatch} issuer '{issuer}'. Check your federated identity credential Subject, Audience and Issuer against the presented assertion. https://learn.microsoft.com/entra/workload-id/workload-identity-federation`,
  ),
  700212: credential(
    `${noFederatedMatch} audience '{audience}'. Check your federated identity credential Subject, Audience and Issuer against the presented assertion. https://learn.microsoft.com/entra/workload-id/workload-identity-federation`,
  ),
  700213: credential(
    `${noFederatedMatch} subject '{subject}'. Check your federated identity credential Subject, Audience and Issuer against the presented assertion. https://learn.microsoft.com/entra/workload-id/workload-identity-federation`,
  ),
  7002137: credential(
    `${noFederatedMatch} subject '{subject}'. Please make sure the federated identity credential Subject is '{subject}'.`,
  ),
  7002138: credential(
    `${noFederatedMatch} subject '{subject}'. The subject matches case-insensitively, but not case-sensitively.`,
  ),
};
