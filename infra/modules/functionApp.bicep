metadata description = 'Plan and function app. The app runs from a package that its identity reads; it has no content share.'

@description('Required. Name of the app, 2 to 32 characters: longer ones could share a host id with another app.')
@maxLength(32)
param name string

@description('Required. Azure region.')
param location string

@description('Required. Tags of the resources.')
param tags { *: string }

@description('Required. Hosting plan.')
param plan types.plan

@description('Required. SKU of the plan, such as FC1, EP1 or P1v3.')
param planSku string

@description('Required. Major version of Node.js.')
param nodeVersion types.nodeVersion

@description('Required. Number of instances that are always ready.')
@minValue(0)
@maxValue(20)
param alwaysReadyInstances int

@description('Required. Number of instances at most.')
@minValue(1)
@maxValue(1000)
param maximumInstances int

@description('Required. Memory of a Flex Consumption instance in MB.')
@allowed([512, 2048, 4096])
param instanceMemoryMb int

@description('Required. Whether instances are spread over zones; takes at least two that are always ready.')
param zoneRedundant bool

@description('Required. Resource id and client id of the identity that the app runs as.')
param identity { id: string, clientId: string }

@description('Required. Endpoints of the storage account, and its container of packages.')
param storage {
  blobEndpoint: string
  queueEndpoint: string
  tableEndpoint: string
  packagesContainer: string
}

@description('Required. Name of the package in that container; read on Premium and Dedicated.')
param packageName string

@description('Required. Connection string of Application Insights; no secret, since local authentication is off.')
param insightsConnectionString string

@description('Required. Resource id of the Log Analytics workspace.')
param workspaceId string

@description('Required. Whether the app joins a network.')
param hasNetwork bool

@description('Conditional. Resource id of the delegated subnet. Required where the app joins a network.')
param subnetId string

@description('Required. Host name that browsers use; empty for the one the platform gives.')
param hostName string

@description('Required. Settings of the broker but its own address.')
param brokerSettings { *: string }

import * as types from '../types.bicep'

var isFlex = plan == 'flex'

var planFacts = {
  flex: { kind: 'functionapp', tier: 'FlexConsumption' }
  premium: { kind: 'elastic', tier: 'ElasticPremium' }
  dedicated: { kind: 'linux', tier: '' }
}

resource serverFarm 'Microsoft.Web/serverfarms@2024-04-01' = {
  name: '${name}-plan'
  location: location
  tags: tags
  kind: planFacts[plan].kind
  sku: {
    name: planSku
    ...(empty(planFacts[plan].tier) ? {} : { tier: planFacts[plan].tier })
    ...(isFlex ? {} : { capacity: max(alwaysReadyInstances, 1) })
  }
  properties: {
    reserved: true
    zoneRedundant: zoneRedundant
    ...(plan == 'premium' ? { maximumElasticWorkerCount: maximumInstances } : {})
  }
}

resource planDiagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = if (!isFlex) {
  name: 'to-workspace'
  scope: serverFarm
  properties: { workspaceId: workspaceId, metrics: [{ category: 'AllMetrics', enabled: true }] }
}

var flexConfiguration = {
  deployment: {
    storage: {
      type: 'blobContainer'
      value: '${storage.blobEndpoint}${storage.packagesContainer}'
      authentication: {
        type: 'UserAssignedIdentity'
        userAssignedIdentityResourceId: identity.id
      }
    }
  }
  scaleAndConcurrency: {
    // Timers run on instances of their own, which this does not warm.
    alwaysReady: alwaysReadyInstances == 0 ? [] : [{ name: 'http', instanceCount: alwaysReadyInstances }]
    maximumInstanceCount: maximumInstances
    instanceMemoryMB: instanceMemoryMb
  }
  runtime: { name: 'node', version: nodeVersion }
}

var planConfiguration = {
  linuxFxVersion: 'NODE|${nodeVersion}'
  // Liveness alone: a vault that does not answer is no reason to restart every instance.
  healthCheckPath: '/health'
  alwaysOn: plan == 'dedicated'
  ...(plan == 'premium'
    ? {
        minimumElasticInstanceCount: max(alwaysReadyInstances, 1)
        preWarmedInstanceCount: 1
        functionAppScaleLimit: maximumInstances
      }
    : {})
}

resource app 'Microsoft.Web/sites@2024-04-01' = {
  name: name
  location: location
  tags: tags
  kind: 'functionapp,linux'
  identity: { type: 'UserAssigned', userAssignedIdentities: { '${identity.id}': {} } }
  properties: {
    serverFarmId: serverFarm.id
    reserved: true
    httpsOnly: true
    clientAffinityEnabled: false
    publicNetworkAccess: 'Enabled'
    functionAppConfig: isFlex ? flexConfiguration : null
    virtualNetworkSubnetId: hasNetwork ? subnetId : null
    // Flex Consumption sends everything through the network by itself.
    vnetRouteAllEnabled: hasNetwork && !isFlex ? true : null
    siteConfig: {
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      ftpsState: 'Disabled'
      http20Enabled: true
      remoteDebuggingEnabled: false
      ...(isFlex ? {} : planConfiguration)
    }
  }

  // Publishing takes a token of Entra; user name and password are refused.
  resource ftpPasswords 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    properties: { allow: false }
  }

  resource scmPasswords 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: { allow: false }
  }

  // Apart from the app, since the broker's address is known only when the app is there.
  resource settings 'config' = {
    name: 'appsettings'
    properties: union(
      brokerSettings,
      {
        BROKER_BASE_URL: 'https://${empty(hostName) ? app.properties.defaultHostName : hostName}'
        APPLICATIONINSIGHTS_CONNECTION_STRING: insightsConnectionString
        APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identity.clientId};Authorization=AAD'
        AzureWebJobsDisableHomepage: 'true'
        AzureWebJobsStorage__blobServiceUri: storage.blobEndpoint
        AzureWebJobsStorage__queueServiceUri: storage.queueEndpoint
        AzureWebJobsStorage__tableServiceUri: storage.tableEndpoint
        AzureWebJobsStorage__credential: 'managedidentity'
        AzureWebJobsStorage__clientId: identity.clientId
      },
      isFlex
        ? {}
        : {
            FUNCTIONS_EXTENSION_VERSION: '~4'
            FUNCTIONS_WORKER_RUNTIME: 'node'
            WEBSITE_RUN_FROM_PACKAGE: '${storage.blobEndpoint}${storage.packagesContainer}/${packageName}'
            WEBSITE_RUN_FROM_PACKAGE_BLOB_MI_RESOURCE_ID: identity.id
          }
    )
  }
}

// Metrics alone. FunctionAppLogs would keep each line of Application Insights a second time, and
// AppServiceHTTPLogs keeps query strings: the callback's carries an authorization code.
resource appDiagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: app
  properties: { workspaceId: workspaceId, metrics: [{ category: 'AllMetrics', enabled: true }] }
}

output id string = app.id
output name string = app.name
output planId string = serverFarm.id
output defaultHostName string = app.properties.defaultHostName
output baseUrl string = 'https://${empty(hostName) ? app.properties.defaultHostName : hostName}'
