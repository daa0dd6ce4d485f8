metadata name = 'Connection broker'
metadata description = 'One broker in one region of one Microsoft cloud.'

targetScope = 'resourceGroup'

import * as types from 'types.bicep'

// What it is

@description('Required. Microsoft cloud that this deployment lives in.')
param cloud types.cloud

@description('Optional. Azure region of every resource.')
param location string = resourceGroup().location

@description('Optional. Start of every name, 2 to 8 small letters and digits, beginning with a letter.')
@minLength(2)
@maxLength(8)
param name string = 'broker'

@description('Optional. Tags of every resource.')
param tags { *: string } = {}

// The broker

@description('Required. Tenant id of the app registration that the registration script made.')
@minLength(36)
@maxLength(36)
param brokerTenantId string

@description('Required. Client id of that app registration.')
@minLength(36)
@maxLength(36)
param brokerClientId string

@description('Optional. Settings of the broker that shall not have their default.')
param brokerSettings types.brokerSettings = {}

@description('Conditional. Name of the package in the container of packages. Read on the plans premium and dedicated; Flex Consumption has its own place for it.')
param packageName string = 'broker.zip'

// Where it runs

@description('Optional. Hosting plan. Default: what the cloud offers.')
param plan types.plan = types.clouds[cloud].plan

@description('Optional. SKU of the plan. Default: FC1, EP1 or P1v3.')
param planSku string = { flex: 'FC1', premium: 'EP1', dedicated: 'P1v3' }[plan]

@description('Optional. Major version of Node.js. Default: what the cloud offers.')
param nodeVersion types.nodeVersion = types.clouds[cloud].nodeVersion

@description('Optional. Number of instances that are always ready: of the http group on Flex Consumption, of the plan elsewhere.')
@minValue(0)
@maxValue(20)
param alwaysReadyInstances int = 1

@description('Optional. Number of instances at most; without effect on the plan dedicated.')
@minValue(1)
@maxValue(1000)
param maximumInstances int = plan == 'flex' ? 40 : 10

@description('Optional. Memory of a Flex Consumption instance in MB.')
@allowed([512, 2048, 4096])
param instanceMemoryMb int = 2048

@description('Optional. Whether instances are spread over zones; takes a region that has zones and two instances that are always ready.')
param zoneRedundant bool = false

// Where it is reached and what it reaches

@description('Optional. Domain with its certificate. Default: the host name that the platform gives.')
param customDomain types.customDomain?

@description('Optional. A network of its own. Default: none; vault and storage are then open to the internet, behind Entra.')
param network types.network?

// What is kept and who may do what

@description('Optional. How the tables are copied.')
param storageSku types.storageSku = 'Standard_GRS'

@description('Optional. Whether locks keep vault, tables and identity from being deleted.')
param protectFromDeletion bool = true

@description('Conditional. Object id of the service principal that publishes packages. Required on the plans premium and dedicated, where a package is a blob; empty gives nobody that right.')
param publisherPrincipalId string = ''

// What operators learn

@description('Optional. Days that logs are kept, 30 to 730.')
@minValue(30)
@maxValue(730)
param logRetentionDays int = 90

@description('Optional. Whether each operation on the tables is logged, about 1 KB each.')
param logTableOperations bool = false

@description('Optional. Mail addresses that alerts go to.')
param alertEmailAddresses string[] = []

@description('Optional. Resource ids of action groups that alerts go to as well.')
param alertActionGroupIds string[] = []

var facts = types.clouds[cloud]
var unique = uniqueString(resourceGroup().id)
var base = '${name}-${unique}'
// Small letters and digits, since the names of vaults and accounts have 24 characters and no room for hyphens.
var vaultName = '${name}kv${unique}'
var accountName = '${name}st${unique}'
var appName = '${base}-app'
var isPrivate = network != null

var zoneNames = {
  blob: 'privatelink.blob.${facts.storageSuffix}'
  queue: 'privatelink.queue.${facts.storageSuffix}'
  table: 'privatelink.table.${facts.storageSuffix}'
  vault: facts.vaultPrivateDnsZone
}

module identity 'modules/identity.bicep' = {
  params: {
    name: '${base}-identity'
    location: location
    tags: tags
    protectFromDeletion: protectFromDeletion
  }
}

module monitoring 'modules/monitoring.bicep' = {
  params: {
    name: base
    location: location
    tags: tags
    retentionDays: logRetentionDays
    roleAssignments: [
      { principal: 'broker', principalId: identity.outputs.principalId, role: 'telemetryPublisher' }
    ]
  }
}

module vault 'modules/keyVault.bicep' = {
  params: {
    name: vaultName
    location: location
    tags: tags
    workspaceId: monitoring.outputs.workspaceId
    isPrivate: isPrivate
    protectFromDeletion: protectFromDeletion
    roleAssignments: [
      { principal: 'broker', principalId: identity.outputs.principalId, role: 'brokerSecrets' }
    ]
  }
}

module storage 'modules/storage.bicep' = {
  params: {
    name: accountName
    location: location
    tags: tags
    sku: storageSku
    workspaceId: monitoring.outputs.workspaceId
    isPrivate: isPrivate
    logTableOperations: logTableOperations
    protectFromDeletion: protectFromDeletion
    roleAssignments: concat(
      [
        { principal: 'broker', principalId: identity.outputs.principalId, role: 'hostStorage' }
        { principal: 'broker', principalId: identity.outputs.principalId, role: 'brokerTables' }
      ],
      empty(publisherPrincipalId)
        ? []
        : [{ principal: publisherPrincipalId, principalId: publisherPrincipalId, role: 'publishPackages' }]
    )
  }
}

module privateNetwork 'modules/network.bicep' = if (isPrivate) {
  params: {
    name: base
    location: location
    tags: tags
    addressPrefix: network.?addressPrefix ?? ''
    plan: plan
    privateDnsZones: map(items(zoneNames), zone => zone.value)
    workspaceId: monitoring.outputs.workspaceId
  }
}

module endpoints 'modules/privateEndpoint.bicep' = [
  for zone in items(zoneNames): if (isPrivate) {
    params: {
      name: '${base}-${zone.key}'
      location: location
      tags: tags
      subnetId: privateNetwork.?outputs.endpointSubnetId ?? ''
      targetId: zone.key == 'vault' ? vault.outputs.id : storage.outputs.id
      service: zone.key
      privateDnsZone: zone.value
    }
  }
]

module functionApp 'modules/functionApp.bicep' = {
  params: {
    name: appName
    location: location
    tags: tags
    plan: plan
    planSku: planSku
    nodeVersion: nodeVersion
    alwaysReadyInstances: alwaysReadyInstances
    maximumInstances: maximumInstances
    instanceMemoryMb: instanceMemoryMb
    zoneRedundant: zoneRedundant
    identity: { id: identity.outputs.id, clientId: identity.outputs.clientId }
    storage: {
      blobEndpoint: storage.outputs.blobEndpoint
      queueEndpoint: storage.outputs.queueEndpoint
      tableEndpoint: storage.outputs.tableEndpoint
      packagesContainer: storage.outputs.packagesContainer
    }
    packageName: packageName
    insightsConnectionString: monitoring.outputs.connectionString
    workspaceId: monitoring.outputs.workspaceId
    hasNetwork: isPrivate
    subnetId: privateNetwork.?outputs.appSubnetId ?? ''
    hostName: customDomain.?hostName ?? ''
    brokerSettings: union(brokerSettings, {
      BROKER_ENVIRONMENT: cloud
      BROKER_TENANT_ID: brokerTenantId
      BROKER_CLIENT_ID: brokerClientId
      KEY_VAULT_URL: vault.outputs.uri
      TABLES_URL: storage.outputs.tableEndpoint
      MANAGED_IDENTITY_CLIENT_ID: identity.outputs.clientId
    })
  }
  dependsOn: [endpoints]
}

module domain 'modules/customDomain.bicep' = if (customDomain != null) {
  params: {
    appName: appName
    planId: functionApp.outputs.planId
    location: location
    tags: tags
    domain: customDomain!
  }
}

module alerts 'modules/alerts.bicep' = {
  params: {
    name: base
    location: location
    tags: tags
    workspaceId: monitoring.outputs.workspaceId
    emailAddresses: alertEmailAddresses
    actionGroupIds: alertActionGroupIds
  }
}

module workbook 'modules/workbook.bicep' = {
  params: { name: base, location: location, tags: tags, workspaceId: monitoring.outputs.workspaceId }
}

output baseUrl string = functionApp.outputs.baseUrl
output functionAppName string = functionApp.outputs.name
output defaultHostName string = functionApp.outputs.defaultHostName
output plan string = plan
output storageAccountName string = storage.outputs.name
output packagesUrl string = '${storage.outputs.blobEndpoint}${storage.outputs.packagesContainer}'
output keyVaultName string = vault.outputs.name
output identityPrincipalId string = identity.outputs.principalId
output identityClientId string = identity.outputs.clientId
@description('Address that Entra sees; empty without a network.')
output egressAddress string = privateNetwork.?outputs.egressAddress ?? ''

@description('Issuer of the federated credential by which an app registration trusts the identity of this deployment; its subject is identityPrincipalId.')
output federatedCredentialIssuer string = '${facts.authority}/${subscription().tenantId}/v2.0'
output federatedCredentialAudience string = facts.federatedAudience
