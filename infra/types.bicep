metadata description = 'What differs between the Microsoft clouds, and the types of the parameters.'

@export()
@description('Microsoft cloud that a deployment lives in, by the name the broker uses for it.')
type cloud = 'office365' | 'usgov-l4' | 'usgov-l5' | 'china'

@export()
@description('Hosting plan: Flex Consumption, Elastic Premium or Dedicated (App Service).')
type plan = 'flex' | 'premium' | 'dedicated'

@export()
@description('Major version of Node.js.')
type nodeVersion = '22' | '24'

@description('What the deployment needs to know of a cloud that no resource tells it.')
type cloudFacts = {
  @description('Origin of the Entra authority.')
  authority: string
  @description('Audience of federated credentials.')
  federatedAudience: string
  @description('Domain under which the endpoints of storage accounts are.')
  storageSuffix: string
  @description('Zone in which private endpoints of Key Vault are found.')
  vaultPrivateDnsZone: string
  @description('Plan that the cloud offers.')
  plan: plan
  nodeVersion: nodeVersion
}

@export()
@sealed()
@description('Settings of the broker that have a default. The README says what each is for.')
type brokerSettings = {
  @description('Optional. Clouds that connections may be in, separated by commas.')
  OFFERED_ENVIRONMENTS: string?
  @description('Optional. JSON array of issuers of callers\' tokens.')
  TRUSTED_ISSUERS: string?
  @description('Optional. Tenant ids whose accounts may be connected, separated by commas.')
  ALLOWED_TENANTS: string?
  @description('Optional. Whether personal Microsoft accounts may be connected.')
  ALLOW_PERSONAL_ACCOUNTS: ('true' | 'false')?
  @description('Optional. Seconds that a row is believed.')
  ROW_TRUST_SECONDS: string?
  @description('Optional. Days that an unused connection is kept alive.')
  KEEP_ALIVE_DAYS: string?
  @description('Optional. Age in days from which a refresh token in the vault is replaced.')
  REFRESH_TOKEN_REWRITE_DAYS: string?
  @description('Optional. Minutes that a connect link is valid.')
  CONNECT_LINK_MINUTES: string?
  @description('Optional. Hours that a sign-in to the pages lasts.')
  SESSION_HOURS: string?
  @description('Optional. Number of refreshes under way at once.')
  REFRESH_CONCURRENCY: string?
  @description('Optional. Name of the vault secret that the sealing keys are derived from.')
  SEALING_KEY_NAME: string?
}

@export()
@sealed()
@description('A virtual network of its own, with private endpoints and one address to the outside.')
type network = {
  @description('Required. Address space in CIDR notation, /24 or larger.')
  addressPrefix: string
}

@export()
@sealed()
@description('The domain that browsers and callers use.')
type customDomain = {
  @description('Required. Host name, such as broker.contoso.com. Its CNAME and asuid records have to exist.')
  hostName: string
  @description('Required. Resource id of the Key Vault that holds the certificate; another vault than the broker\'s.')
  certificateVaultId: string
  @description('Required. Name of the certificate in that vault.')
  certificateName: string
}

@export()
@description('Kinds of storage: G is copied to another region, Z to three zones of this one.')
type storageSku = 'Standard_LRS' | 'Standard_ZRS' | 'Standard_GRS' | 'Standard_GZRS'

#disable-diagnostics no-hardcoded-env-urls
@export()
@description('The clouds. ARM cannot tell L4 from L5, so nothing here comes from environment().')
var clouds {
  office365: cloudFacts
  'usgov-l4': cloudFacts
  'usgov-l5': cloudFacts
  china: cloudFacts
} = {
  office365: {
    authority: 'https://login.microsoftonline.com'
    federatedAudience: 'api://AzureADTokenExchange'
    storageSuffix: 'core.windows.net'
    vaultPrivateDnsZone: 'privatelink.vaultcore.azure.net'
    plan: 'flex'
    nodeVersion: '24'
  }
  'usgov-l4': {
    authority: 'https://login.microsoftonline.us'
    federatedAudience: 'api://AzureADTokenExchangeUSGov'
    storageSuffix: 'core.usgovcloudapi.net'
    vaultPrivateDnsZone: 'privatelink.vaultcore.usgovcloudapi.net'
    plan: 'premium'
    nodeVersion: '24'
  }
  'usgov-l5': {
    authority: 'https://login.microsoftonline.us'
    federatedAudience: 'api://AzureADTokenExchangeUSGov'
    storageSuffix: 'core.usgovcloudapi.net'
    vaultPrivateDnsZone: 'privatelink.vaultcore.usgovcloudapi.net'
    plan: 'dedicated'
    nodeVersion: '24'
  }
  china: {
    authority: 'https://login.partner.microsoftonline.cn'
    federatedAudience: 'api://AzureADTokenExchangeChina'
    storageSuffix: 'core.chinacloudapi.cn'
    vaultPrivateDnsZone: 'privatelink.vaultcore.azure.cn'
    plan: 'premium'
    nodeVersion: '24'
  }
}
#restore-diagnostics no-hardcoded-env-urls
