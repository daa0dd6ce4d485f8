import { credential, type FailureRow, grant, onPage, request } from './failureRow.ts';

const crossCloud = onPage(request('Confidential Client is not supported in Cross Cloud request.'));

/** Failures of a request, an app's or a tenant's set-up, or the account that was picked. */
export const requestFailures: Readonly<Record<number, FailureRow>> = {
  // How the app or the tenant is set up.
  700016: onPage(
    request(
      "Application with identifier '{clientId}' was not found in the directory '{tenant}'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant.",
      'unauthorized_client',
    ),
  ),
  50011: onPage(
    request(
      "The redirect URI '{redirectUri}' specified in the request does not match the redirect URIs configured for the application '{clientId}'. Make sure the redirect URI sent in the request matches one added to your application in the Azure portal. Navigate to https://aka.ms/redirectUriMismatchError to learn more about how to troubleshoot this error.",
    ),
  ),
  500112: credential(
    "The reply address '{redirectUri}' does not match the reply address '{expected}' provided when requesting Authorization code.",
  ),
  500011: request(
    'The resource principal named {resource} was not found in the tenant named {tenant}. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You might have sent your authentication request to the wrong tenant.',
    'invalid_resource',
  ),
  650053: request(
    "The application '{app}' asked for scope '{scope}' that doesn't exist on the resource '{resource}'. Contact the app vendor.",
    'invalid_client',
  ),
  650057: request(
    "Invalid resource. The client has requested access to a resource which is not listed in the requested permissions in the client's application registration. Client app ID: {clientId}({app}). Resource value from request: {resource}.",
    'invalid_resource',
  ),
  65005: request(
    "The application '{app}' asked for permissions to access a resource that has been removed or is no longer available. Contact the app vendor.",
    'invalid_client',
  ),
  700025: credential(
    "Client is public so neither 'client_assertion' nor 'client_secret' should be presented.",
  ),
  70011: request(
    "The provided request must include a 'scope' input parameter. The provided value for the input parameter 'scope' is not valid. The scope {scope} is not valid. {reason}",
    'invalid_scope',
  ),
  28000: request(
    'Provided value for the input parameter scope is not valid because it contains more than one resource. Scope {scope} is not valid.',
    'invalid_scope',
  ),
  1002012: request(
    'The provided value for scope {scope} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).',
    'invalid_scope',
  ),
  50194: onPage(
    request(
      "Application '{clientId}'({app}) is not configured as a multi-tenant application. Usage of the /common endpoint is not supported for such applications created after '10/15/2018'. Use a tenant-specific endpoint or configure the application to be multi-tenant.",
    ),
  ),
  7000112: onPage(request("Application '{clientId}'({app}) is disabled.", 'unauthorized_client')),
  70001: onPage(
    request(
      "Application with identifier '{clientId}' was not found in the directory '{tenant}'.",
      'unauthorized_client',
    ),
  ),
  90002: onPage(
    request(
      "Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant.",
    ),
  ),
  900023: onPage(
    request(
      "Specified tenant identifier '{tenant}' is neither a valid DNS name, nor a valid external domain.",
    ),
  ),
  50059: onPage(
    request(
      'No tenant-identifying information found in either the request or implied by any provided credentials.',
    ),
  ),
  900382: crossCloud,
  900432: crossCloud,
  90038: crossCloud,

  // The account.
  50020: {
    ...onPage(
      grant(
        "User account '{username}' from identity provider '{identityProvider}' does not exist in tenant '{tenant}' and cannot access the application '{clientId}'({app}) in that tenant. The account needs to be added as an external user in the tenant first. Sign out and sign in again with a different Azure Active Directory user account.",
      ),
    ),
  },
  50034: onPage(
    grant(
      'The user account {username} does not exist in the {tenant} directory. To sign into this application, the account must be added to the directory.',
    ),
  ),
  90072: onPage(
    grant(
      "User account '{username}' from identity provider '{identityProvider}' does not exist in tenant '{tenant}' and cannot access the application '{clientId}'({app}) in that tenant.",
    ),
  ),
  50105: onPage(
    grant(
      "Your administrator has configured the application {app} ('{clientId}') to block users unless they are specifically granted ('assigned') access to the application. The signed in user '{username}' is blocked because they are not a direct member of a group with access, nor had access directly assigned by an administrator. Please contact your administrator to assign access to this application.",
    ),
  ),
  50057: onPage(grant('The user account is disabled.')),
  500341: onPage(
    grant(
      'The user account {username} has been deleted from the {tenant} directory. To sign into this application, the account must be added to the directory.',
    ),
  ),
  50058: {
    ...grant('A silent sign-in request was sent but no user is signed in.'),
    callbackError: 'login_required',
  },

  // Requests and codes.
  54005: grant(
    'OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token.',
  ),
  501481: grant('The Code_Verifier does not match the code_challenge supplied in the authorization request.'),
  501491: request("The size or form of the 'code_challenge' parameter is invalid."),
  700005: grant('Provided Authorization Code is intended to use against other tenant, thus rejected.'),
  9002313: {
    error: 'invalid_grant',
    status: 400,
    message: 'Invalid request. Request is malformed or invalid.',
  },
  90014: onPage(request("The required field '{parameter}' is missing from the credential.")),
  900144: onPage(request("The request body must contain the following parameter: '{parameter}'.")),
  70003: request("The app requested an unsupported grant type '{grantType}'.", 'unsupported_grant_type'),
  700054: request(
    "response_type '{responseType}' is not enabled for the application.",
    'unsupported_response_type',
  ),
  70007: request(
    "'{responseMode}' is not a supported value of 'response_mode' when requesting a code.",
    'unsupported_response_type',
  ),
  50049: request(
    "Unknown or invalid instance. Trace the 'authorization_endpoint' parameter.",
    'invalid_instance',
  ),
};
