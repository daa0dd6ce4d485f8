using '../../../infra/main.bicep'

// Every parameter stated, so that a snapshot shows what each one does.
param cloud = 'usgov-l4'
param location = 'usgovarizona'
param name = 'contoso1'
param tags = { owner: 'automation' }
param brokerTenantId = readEnvironmentVariable('BROKER_TENANT_ID')
param brokerClientId = readEnvironmentVariable('BROKER_CLIENT_ID')
param brokerSettings = {
  OFFERED_ENVIRONMENTS: 'usgov-l4,usgov-l5'
  TRUSTED_ISSUERS: '[{"issuer":"https://issuer.contoso.example","audience":"broker","jwksUri":"https://issuer.contoso.example/keys","principalPrefix":"contoso:"}]'
  ALLOWED_TENANTS: '33333333-3333-4333-8333-333333333333'
  ALLOW_PERSONAL_ACCOUNTS: 'false'
  ROW_TRUST_SECONDS: '10'
  KEEP_ALIVE_DAYS: '90'
  REFRESH_TOKEN_REWRITE_DAYS: '7'
  CONNECT_LINK_MINUTES: '60'
  SESSION_HOURS: '4'
  REFRESH_CONCURRENCY: '32'
  SEALING_KEY_NAME: 'sealing-key'
}
param packageName = 'broker-1.2.3.zip'
param plan = 'premium'
param planSku = 'EP2'
param nodeVersion = '22'
param alwaysReadyInstances = 3
param maximumInstances = 20
param instanceMemoryMb = 4096
param zoneRedundant = true
param customDomain = {
  hostName: 'broker.contoso.example'
  certificateVaultId: '/subscriptions/00000000-0000-4000-8000-000000000002/resourceGroups/certificates/providers/Microsoft.KeyVault/vaults/contoso-certificates'
  certificateName: 'broker'
}
param network = { addressPrefix: '10.1.0.0/24' }
param storageSku = 'Standard_ZRS'
param protectFromDeletion = false
param publisherPrincipalId = '44444444-4444-4444-8444-444444444444'
param logRetentionDays = 365
param logTableOperations = true
param alertEmailAddresses = ['operators@contoso.example']
param alertActionGroupIds = [
  '/subscriptions/00000000-0000-4000-8000-000000000002/resourceGroups/operations/providers/Microsoft.Insights/actionGroups/on-call'
]
