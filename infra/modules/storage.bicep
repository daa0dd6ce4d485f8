metadata description = 'Storage account of the tables, the coordination of the host and the packages.'

@description('Required. Name of the account, 3 to 24 small letters and digits, unique in the cloud.')
@minLength(3)
@maxLength(24)
param name string

@description('Required. Azure region.')
param location string

@description('Required. Tags of the resources.')
param tags { *: string }

@description('Required. How often and where data is kept.')
param sku types.storageSku

@description('Required. Resource id of the Log Analytics workspace.')
param workspaceId string

@description('Required. Whether the account answers its private endpoints alone.')
param isPrivate bool

@description('Required. Whether each operation on the tables is logged, about 1 KB each.')
param logTableOperations bool

@description('Required. Whether a lock keeps the account from being deleted.')
param protectFromDeletion bool

@description('A role of this module.')
type roleAssignment = {
  @description('What the principal is called here. Names of assignments come from it, so that what-if can foretell them.')
  principal: string
  principalId: string
  @description('hostStorage: what the Functions host asks for; brokerTables: rows, and making a table that is missing; publishPackages: writes to the container of packages.')
  role: 'hostStorage' | 'brokerTables' | 'publishPackages'
}

@description('Required. Who has which role on the account or its container of packages.')
param roleAssignments roleAssignment[]

import * as types from '../types.bicep'

resource account 'Microsoft.Storage/storageAccounts@2025-01-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: sku }
  properties: {
    accessTier: 'Hot'
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    allowedCopyScope: 'AAD'
    isLocalUserEnabled: false
    isSftpEnabled: false
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
    networkAcls: { defaultAction: isPrivate ? 'Deny' : 'Allow', bypass: 'None' }
    encryption: {
      keySource: 'Microsoft.Storage'
      requireInfrastructureEncryption: true
      services: {
        blob: { enabled: true, keyType: 'Account' }
        queue: { enabled: true, keyType: 'Account' }
        table: { enabled: true, keyType: 'Account' }
      }
    }
  }

  resource blobs 'blobServices' = {
    name: 'default'
    properties: {
      deleteRetentionPolicy: { enabled: true, days: 14 }
      containerDeleteRetentionPolicy: { enabled: true, days: 14 }
    }

    resource packages 'containers' = {
      name: 'packages'
      properties: { publicAccess: 'None' }
    }
  }

  resource queues 'queueServices' = {
    name: 'default'
  }

  resource tables 'tableServices' = {
    name: 'default'
  }
}

// Storage Table Data Contributor could also delete whole tables.
resource brokerTables 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(account.id, 'brokerTables')
  properties: {
    roleName: 'Connection broker tables (${name})'
    description: 'Reads and writes rows, and makes a table that is missing. It cannot delete a table.'
    type: 'CustomRole'
    assignableScopes: [resourceGroup().id]
    permissions: [
      {
        actions: [
          'Microsoft.Storage/storageAccounts/tableServices/tables/read'
          'Microsoft.Storage/storageAccounts/tableServices/tables/write'
        ]
        notActions: []
        dataActions: [
          'Microsoft.Storage/storageAccounts/tableServices/tables/entities/read'
          'Microsoft.Storage/storageAccounts/tableServices/tables/entities/write'
          'Microsoft.Storage/storageAccounts/tableServices/tables/entities/add/action'
          'Microsoft.Storage/storageAccounts/tableServices/tables/entities/update/action'
          'Microsoft.Storage/storageAccounts/tableServices/tables/entities/delete'
        ]
        notDataActions: []
      }
    ]
  }
}

var roleIds = {
  // Storage Blob Data Owner: the host takes its locks and keeps its keys in containers that it makes itself.
  hostStorage: subscriptionResourceId(
    'Microsoft.Authorization/roleDefinitions',
    'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'
  )
  brokerTables: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', brokerTables.name)
  // Storage Blob Data Contributor, on the container alone.
  publishPackages: subscriptionResourceId(
    'Microsoft.Authorization/roleDefinitions',
    'ba92f5b4-2d11-453d-a403-e96b0029c9fe'
  )
}

resource accountAssignments 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for assignment in filter(roleAssignments, one => one.role != 'publishPackages'): {
    name: guid(account.id, assignment.principal, assignment.role)
    scope: account
    properties: {
      principalId: assignment.principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: roleIds[assignment.role]
    }
  }
]

resource packageAssignments 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for assignment in filter(roleAssignments, one => one.role == 'publishPackages'): {
    name: guid(account::blobs::packages.id, assignment.principal, assignment.role)
    scope: account::blobs::packages
    properties: {
      principalId: assignment.principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: roleIds[assignment.role]
    }
  }
]

resource accountDiagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: account
  properties: { workspaceId: workspaceId, metrics: [{ category: 'Transaction', enabled: true }] }
}

resource blobDiagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: account::blobs
  properties: {
    workspaceId: workspaceId
    // Who changed a package. The host renews its lock every few seconds, which is a write as well.
    logs: [{ category: 'StorageWrite', enabled: true }, { category: 'StorageDelete', enabled: true }]
    metrics: [{ category: 'Transaction', enabled: true }]
  }
}

resource queueDiagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: account::queues
  properties: {
    workspaceId: workspaceId
    logs: [
      { category: 'StorageRead', enabled: true }
      { category: 'StorageWrite', enabled: true }
      { category: 'StorageDelete', enabled: true }
    ]
    metrics: [{ category: 'Transaction', enabled: true }]
  }
}

resource tableDiagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: account::tables
  properties: {
    workspaceId: workspaceId
    logs: [
      { category: 'StorageRead', enabled: logTableOperations }
      { category: 'StorageWrite', enabled: logTableOperations }
      { category: 'StorageDelete', enabled: logTableOperations }
    ]
    metrics: [{ category: 'Transaction', enabled: true }]
  }
}

resource lock 'Microsoft.Authorization/locks@2020-05-01' = if (protectFromDeletion) {
  name: 'no-deletion'
  scope: account
  properties: { level: 'CanNotDelete', notes: 'The tables hold every connection and have no soft delete.' }
}

output id string = account.id
output name string = account.name
output blobEndpoint string = account.properties.primaryEndpoints.blob
output queueEndpoint string = account.properties.primaryEndpoints.queue
output tableEndpoint string = account.properties.primaryEndpoints.table
output packagesContainer string = account::blobs::packages.name
