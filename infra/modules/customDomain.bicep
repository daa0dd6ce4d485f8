metadata description = 'Binds a domain and its certificate, read from a Key Vault, to the app.'

@description('Required. Name of the function app.')
param appName string

@description('Required. Resource id of its plan.')
param planId string

@description('Required. Azure region.')
param location string

@description('Required. Tags of the certificate.')
param tags { *: string }

@description('Required. The domain and where its certificate is.')
param domain types.customDomain

import * as types from '../types.bicep'

resource app 'Microsoft.Web/sites@2024-04-01' existing = {
  name: appName
}

resource certificate 'Microsoft.Web/certificates@2024-04-01' = {
  name: '${appName}-${uniqueString(domain.hostName, domain.certificateName)}'
  location: location
  tags: tags
  properties: {
    serverFarmId: planId
    keyVaultId: domain.certificateVaultId
    keyVaultSecretName: domain.certificateName
  }
}

resource binding 'Microsoft.Web/sites/hostNameBindings@2024-04-01' = {
  parent: app
  name: domain.hostName
  properties: {
    siteName: app.name
    hostNameType: 'Verified'
    sslState: 'SniEnabled'
    thumbprint: certificate.properties.thumbprint
  }
}
