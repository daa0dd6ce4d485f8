using '../main.bicep'

param cloud = 'office365'
param location = 'eastus2'
param storageSku = 'Standard_GZRS'

// What differs between two owners of such a deployment comes from the environment of the pipeline.
param brokerTenantId = readEnvironmentVariable('BROKER_TENANT_ID')
param brokerClientId = readEnvironmentVariable('BROKER_CLIENT_ID')
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
