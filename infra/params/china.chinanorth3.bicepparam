using '../main.bicep'

param cloud = 'china'
param location = 'chinanorth3'
param network = { addressPrefix: '10.90.0.0/24' }

// What differs between two owners of such a deployment comes from the environment of the pipeline.
param brokerTenantId = readEnvironmentVariable('BROKER_TENANT_ID')
param brokerClientId = readEnvironmentVariable('BROKER_CLIENT_ID')
param packageName = readEnvironmentVariable('BROKER_PACKAGE_NAME', 'broker.zip')
param publisherPrincipalId = readEnvironmentVariable('BROKER_PUBLISHER_PRINCIPAL_ID', '')
param alertEmailAddresses = empty(readEnvironmentVariable('BROKER_ALERT_EMAILS', ''))
  ? []
  : split(readEnvironmentVariable('BROKER_ALERT_EMAILS', ''), ',')
param customDomain = empty(readEnvironmentVariable('BROKER_HOST_NAME', ''))
  ? null
  : {
      hostName: readEnvironmentVariable('BROKER_HOST_NAME', '')
      certificateVaultId: readEnvironmentVariable('BROKER_CERTIFICATE_VAULT_ID', '')
      certificateName: readEnvironmentVariable('BROKER_CERTIFICATE_NAME', '')
    }
