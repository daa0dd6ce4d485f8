/** The Microsoft clouds that a connection can live in, by the names the API and the pages use. */
export const environmentNames = ['office365', 'usgov-l4', 'usgov-l5', 'china'] as const;
export type Environment = (typeof environmentNames)[number];

/** What differs between the clouds. Every host name the broker uses comes from here. */
export interface EnvironmentFacts {
  readonly title: string;
  /** Origin of the Entra authority; also half of the key of an App. */
  readonly authorityOrigin: string;
  /** Other origins under which the same authority is known, as they occur in issuers and scopes. */
  readonly authorityAliases: readonly string[];
  /** Origin of Microsoft Graph, the resource of every token and the prefix of every named scope. */
  readonly graphOrigin: string;
  /** Audience of a federated credential (managed identity as credential of an app). */
  readonly federatedAudience: string;
  /** Where an administrator manages app registrations and enterprise applications. */
  readonly portalOrigin: string;
  /** Where a person sees and removes the consents they gave. */
  readonly myAppsUrl: string;
}

/**
 * National clouds and their endpoints.
 * @see https://learn.microsoft.com/en-us/entra/identity-platform/authentication-national-cloud
 * @see https://learn.microsoft.com/en-us/graph/deployments
 */
export const environments: Readonly<Record<Environment, EnvironmentFacts>> = {
  office365: {
    title: 'Office 365',
    authorityOrigin: 'https://login.microsoftonline.com',
    authorityAliases: ['https://login.windows.net', 'https://login.microsoft.com', 'https://sts.windows.net'],
    graphOrigin: 'https://graph.microsoft.com',
    federatedAudience: 'api://AzureADTokenExchange',
    portalOrigin: 'https://portal.azure.com',
    myAppsUrl: 'https://myapps.microsoft.com',
  },
  'usgov-l4': {
    title: 'US Government L4',
    authorityOrigin: 'https://login.microsoftonline.us',
    authorityAliases: [],
    graphOrigin: 'https://graph.microsoft.us',
    federatedAudience: 'api://AzureADTokenExchangeUSGov',
    portalOrigin: 'https://portal.azure.us',
    myAppsUrl: 'https://myapps.microsoft.us',
  },
  'usgov-l5': {
    title: 'US Government L5',
    authorityOrigin: 'https://login.microsoftonline.us',
    authorityAliases: [],
    graphOrigin: 'https://dod-graph.microsoft.us',
    federatedAudience: 'api://AzureADTokenExchangeUSGov',
    portalOrigin: 'https://portal.azure.us',
    myAppsUrl: 'https://myapps.microsoft.us',
  },
  china: {
    title: 'China',
    authorityOrigin: 'https://login.partner.microsoftonline.cn',
    authorityAliases: ['https://login.chinacloudapi.cn', 'https://sts.chinacloudapi.cn'],
    graphOrigin: 'https://microsoftgraph.chinacloudapi.cn',
    federatedAudience: 'api://AzureADTokenExchangeChina',
    portalOrigin: 'https://portal.azure.cn',
    myAppsUrl: 'https://myapps.windowsazure.cn',
  },
};

/** Entra's tenant of personal Microsoft accounts (consumers), in the global cloud. */
export const personalAccountsTenantId = '9188040d-6c67-4c5b-b112-36a304b66dad';
