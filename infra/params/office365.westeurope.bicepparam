using '../main.bicep'

param cloud = 'office365'
param location = 'westeurope'
param storageSku = 'Standard_GZRS'
param network = { addressPrefix: '10.90.0.0/24' }
param brokerTenantId = readEnvironmentVariable('BROKER_TENANT_ID')
param brokerClientId = readEnvironmentVariable('BROKER_CLIENT_ID')
